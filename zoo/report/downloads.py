"""Files that a page carries with it."""

from __future__ import annotations

from base64 import b64encode


def data_url(kind: str, text: str) -> str:
    """A link to a text of a media type, such as `text/csv`, that needs no network."""
    return f"data:{kind};charset=utf-8;base64,{b64encode(text.encode()).decode()}"
