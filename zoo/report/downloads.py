"""Files that a page carries with it."""

from __future__ import annotations

import gzip
from base64 import b64encode


def data_url(kind: str, text: str) -> str:
    """A link to a text of a media type, such as `text/csv`, that needs no network."""
    return _url(f"{kind};charset=utf-8", text.encode())


def packed_url(text: str) -> str:
    """The same to the text as a .gz file, for what is long."""
    return _url("application/gzip", gzip.compress(text.encode(), mtime=0))


def _url(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{b64encode(data).decode()}"
