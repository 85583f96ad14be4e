"""What people meet in a browser: a phone, a keyboard, a screen reader, paper."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

import axe_core_python
import pytest
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTChar
from PyQt6.QtCore import Qt

from tests.browser.browser import Browser, url

AXE = Path(axe_core_python.__file__).with_name("axe.min.js")

FOCUSABLE = """[...document.querySelectorAll("a[href], button, summary, input, [tabindex='0']")]
    .filter(each => each.checkVisibility({visibilityProperty: true}))"""
OUTLINED = "getComputedStyle(document.activeElement).outlineStyle != 'none'"
OVER_THE_EDGE = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
PRINTED = """[...document.querySelectorAll("h1, h2, h3, main th, main td")]
    .filter(each => !each.closest(".screen")).flatMap(each => [...each.childNodes])
    .filter(each => each.nodeType == Node.TEXT_NODE).map(each => each.textContent).join(" ")"""


def characters(part: Any) -> Iterator[LTChar]:
    """Those of a sheet, in the order in which they were drawn."""
    if isinstance(part, LTChar):
        yield part
    elif hasattr(part, "__iter__"):
        for each in part:
            yield from characters(each)


def dark(page: Path) -> Path:
    """The page as it looks where a dark colour scheme is preferred: Qt cannot say so offscreen."""
    text = page.read_text("utf-8")
    assert "light dark" in text
    text = text.replace("light dark", "dark").replace("prefers-color-scheme: dark", "min-width: 0")
    made = page.with_stem(f"{page.stem}-dark")
    made.write_text(text, encoding="utf-8")
    return made


def plain(text: str) -> str:
    """Without ligatures, which only paper has."""
    return unicodedata.normalize("NFKC", text)


def test_nothing_is_fetched(browser: Browser, page: Path) -> None:
    """The page asks for no file but itself, and no error or refusal is on the console."""
    browser.open(page)
    assert browser.requests == [url(page).toString()]
    assert browser.said == []


@pytest.mark.parametrize("width", [320, 390])
def test_fits_a_phone(browser: Browser, page: Path, width: int) -> None:
    """Nothing reaches over the right edge; what is wider scrolls by itself (WCAG 2.2, 1.4.10)."""
    browser.open(page, width)
    assert browser.run("innerWidth") == width
    assert browser.run(OVER_THE_EDGE) == 0


@pytest.mark.parametrize("width", [768, 1280, 1440, 1920])
def test_fits_a_screen(browser: Browser, page: Path, width: int) -> None:
    """Nor there, once the columns that do not fit beside each other are left out."""
    browser.open(page, width)
    browser.run("document.querySelectorAll('label + label > input').forEach(each => each.click())")
    assert browser.run(OVER_THE_EDGE) == 0


def test_by_keyboard(browser: Browser, page: Path) -> None:
    """Tab leads to all that can be pressed or scrolled, in its order, and shows where it is."""
    browser.open(page)
    browser.run(f"void (window.all = {FOCUSABLE})")
    count = browser.run("all.length")
    assert count
    reached = []
    for _ in range(count):
        browser.press(Qt.Key.Key_Tab)
        reached.append(browser.run(f"[all.indexOf(document.activeElement), {OUTLINED}]"))
    assert reached == [[index, True] for index in range(count)]


def test_folded_parts_open_by_keyboard(browser: Browser, page: Path) -> None:
    """Enter opens each part that is folded."""
    browser.open(page)
    browser.run("void (window.folded = [...document.querySelectorAll('details:not([open])')])")
    count = browser.run("folded.length")
    assert count
    for index in range(count):
        browser.run(f"folded[{index}].firstElementChild.focus()")
        browser.press(Qt.Key.Key_Return)
    assert browser.run("folded.filter(each => !each.open).length") == 0


@pytest.mark.parametrize(("look", "width"), [("light", 390), ("dark", 1280)])
def test_accessible(browser: Browser, page: Path, look: str, width: int) -> None:
    """axe-core finds no violation: of WCAG 2.2 A and AA, and of what it calls best practice."""
    browser.open(dark(page) if look == "dark" else page, width)
    browser.run("document.querySelectorAll('details').forEach(each => { each.open = true })")
    browser.evaluate(AXE.read_text("utf-8"))
    found = browser.run("axe.run({resultTypes: ['violations']})")
    assert found["passes"]
    assert {v["id"]: [n["html"] for n in v["nodes"][:3]] for v in found["violations"]} == {}


def test_on_paper(browser: Browser, page: Path) -> None:
    """Every word of headings and tables is printed, as often as it stands there, on the sheet."""
    browser.open(page)
    words = Counter(plain(browser.run(PRINTED)).split())
    sheets = list(extract_pages(io.BytesIO(browser.print()), laparams=None))
    drawn = [(each, sheet.width) for sheet in sheets for each in characters(sheet)]
    assert not [each for each, width in drawn if each.x0 < 0 or each.x1 > width]
    printed = plain("".join(each.get_text() for each, _ in drawn))
    assert {word: count for word, count in words.items() if printed.count(word) < count} == {}
