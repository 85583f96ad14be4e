"""Highlighted Python for pages, by Pygments."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

STYLES = {"light": "xcode", "dark": "lightbulb"}
"""Styles all of whose colours contrast with the panels of `base.html`."""


def code(source: str) -> Markup:
    """Python as HTML, an element a line, so that a broken line can hang below its indentation."""
    marked = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup("").join(map(_line, marked.rstrip("\n").split("\n")))


def _line(marked: str) -> Markup:
    text = re.sub(r"<[^>]+>", "", marked)
    indent = len(text) - len(text.lstrip(" "))
    start = Markup('<span class="line" style="--indent:{}">').format(indent)
    return start + Markup(marked) + Markup("\n</span>")


@lru_cache(maxsize=2)
def style(scheme: str) -> Markup:
    """CSS for highlighted code in elements of the class `code`; `light` or `dark`."""
    formatter = HtmlFormatter(style=STYLES[scheme])
    rules = formatter.get_token_style_defs(".code")  # type: ignore[no-untyped-call]
    return Markup("\n".join(rules))
