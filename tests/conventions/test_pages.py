"""Pages: every row can be linked to, nothing is fetched, and nothing of an answer is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from zoo.conventions.pages import html, markdown
from zoo.conventions.questions import QUESTIONS, SECTIONS


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        attributes = dict(attrs)
        assert not {"src", "onclick"} & set(attributes)
        assert tag not in ("script", "link", "img")
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        self.open += [tag] if tag not in ("meta", "br", "input") else []

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag


def test_html_has_an_anchor_for_every_question_and_section(table) -> None:
    """No two are the same, every link leads to one, and all tags are closed."""
    page = Page(html(table))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {*QUESTIONS, *(section.name for section in SECTIONS)} <= set(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_html_escapes_what_frameworks_say(table) -> None:
    """And marks what is not the specification's."""
    text = html(table)
    assert "theirs has no &lt;GELU&gt; | gelu" in text
    assert "<GELU>" not in text
    assert '<td class="g1" title="called">in, out</td>' in text
    assert '<td title="called">out, in</td>' in text


def test_markdown_has_a_row_for_every_question_and_a_footnote_for_what_is_absent(table) -> None:
    """Every row has the same number of cells."""
    text = markdown(table)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "<a id=" in line]
    assert len(rows) == len(QUESTIONS)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}
    (row,) = [each for each in rows if "**[dense_weight_layout]" in each]
    assert row.startswith("| ≠ |")
    assert row.endswith("| out, in | out, in | **in, out** | **in, out** |")
    used = set(re.findall(r"–\[\^(\d+)\]", text))
    assert used <= set(re.findall(r"^\[\^(\d+)\]: ", text, re.MULTILINE))
    assert "[^1]: not asked yet" in text
