"""Highlighted code is the code, and can be read on the page's background."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from pygments.lexers import PythonLexer
from pygments.styles import get_style_by_name

from tests.report.colours import contrast
from zoo import plugins
from zoo.models import registry
from zoo.report import page
from zoo.report.highlight import STYLES, code, style

BASE = Path(page.__file__).parent / "templates" / "base.html"


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize("backend", plugins.backends())
def test_the_text_is_the_source(backend: str) -> None:
    """Without its tags, to the character, so that what is copied runs."""
    source = plugins.backend(backend).emit(registry.build("transformer")).source
    assert text(code(source)) == source


def test_what_looks_like_html_is_text() -> None:
    """A source cannot leave its place on the page."""
    source = '"""</code><script>alert(1)</script>"""\na = 1 < 2 & 3\n'
    html = str(code(source))
    assert "<script" not in html
    assert text(html) == source


@pytest.mark.parametrize("source", ["a\r\n    b\n", "a\rb\n", "\n\n  a\n\n", "", "\x0c\n"])
def test_no_line_is_lost(source: str) -> None:
    """Blank lines and foreign line ends too."""
    plain = source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert text(code(source)).rstrip("\n") == plain


def test_each_line_knows_its_indentation() -> None:
    """What does not fit hangs below it."""
    indents = re.findall(r'class="line" style="--indent:(\d+)"', code("if a:\n    b\n\n  # c\n"))
    assert indents == ["0", "4", "0", "2"]


@pytest.mark.parametrize("scheme", STYLES)
def test_every_colour_contrasts_with_the_panel(scheme: str) -> None:
    """4.5 to 1 at least, for every kind of token in the sources (WCAG 2.2, 1.4.3)."""
    light, dark = re.findall(r"--panel: #(\w{6});", BASE.read_text())
    panel = {"light": light, "dark": dark}[scheme]
    colours = get_style_by_name(STYLES[scheme])
    source = "".join(
        backend.emit(registry.build(model)).source
        for backend in plugins.backends().values()
        for model in registry.MODELS
    )
    for token in {token for token, _ in PythonLexer().get_tokens(source)}:
        colour = colours.style_for_token(token)["color"]
        assert colour is None or contrast(colour, panel) >= 4.5, token


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_own_colours_contrast(scheme: str) -> None:
    """Text, links and badges against what is behind them."""
    found = re.findall(r":root \{(.*?)\}", BASE.read_text(), re.S)
    colours = dict(re.findall(r"--([\w-]+): #(\w{6});", found[("light", "dark").index(scheme)]))
    for name in ("text", "faint", "link"):
        assert contrast(colours[name], colours["page"]) >= 4.5, name
        assert contrast(colours[name], colours["panel"]) >= 4.5, name
    for name in ("green", "red", "yellow"):
        assert contrast(colours[name], colours[f"{name}-panel"]) >= 4.5, name


@pytest.mark.parametrize("scheme", STYLES)
def test_a_style_is_for_code_alone(scheme: str) -> None:
    """Every rule begins with the class of highlighted elements."""
    assert all(rule.startswith(".code ") for rule in style(scheme).splitlines())
