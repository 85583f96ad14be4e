"""How to cite a record: BibTeX and an item for the references of a CITATION.cff.

Both hold the digest of the record and the version of what measured it.
"""

from __future__ import annotations

import re

from zoo.bench.identity import fingerprint, machines, title
from zoo.bench.record import Record
from zoo.bench.templating import rendered

AUTHORS = "The parityzoo authors"
SOFTWARE = (
    "parityzoo: one model specification as source code for every deep-learning framework, proven "
    "to mean the same"
)


def key(record: Record) -> str:
    """The citation key, which has the beginning of the digest in it."""
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", record.suite["name"])
    return f"parityzoo-{name}-{fingerprint(record)[:8]}"


def bibtex(record: Record) -> str:
    """An entry for the record, and one for the software that measured it."""
    return _rendered("record.bib.jinja", record)


def cff(record: Record) -> str:
    """An item of `references` in a CITATION.cff, Citation File Format 1.2.0."""
    return _rendered("record.cff.jinja", record)


def _rendered(template: str, record: Record) -> str:
    return rendered(
        template,
        record=record,
        key=key(record),
        title=title(record),
        digest=fingerprint(record),
        machines=machines(record, record.cells),
        version=record.software["parityzoo"],
        authors=AUTHORS,
        software=SOFTWARE,
    )
