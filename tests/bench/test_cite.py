"""zoo/bench/cite.py: whoever cites a record names its digest."""

from __future__ import annotations

import re

import pytest

from tests.bench import synthetic
from zoo.bench.cite import bibtex, cff, key
from zoo.bench.record import Record, digest


@pytest.fixture
def record() -> Record:
    made = synthetic.record()
    made.suite = {"name": "50%_suite"}
    made.machines["m0"].cpu = 'CPU "A & B"'
    return made


def test_digest_and_version(record):
    """Both forms name the record's digest and the version that measured it."""
    wanted = digest(record.to_json())
    for text in (bibtex(record), cff(record)):
        assert wanted in text
        assert record.software["parityzoo"] in text
    assert key(record) == f"parityzoo-50-suite-{wanted[:8]}"


def test_bibtex(record):
    """The braces are balanced, and what BibTeX would read as a command is escaped."""
    text = bibtex(record)
    assert text.count("{") == text.count("}")
    assert r"50\%\_suite" in text
    assert r'CPU "A \& B"' in text
    assert (
        re.findall(r"^@misc\{([^,]+),$", text, re.M)[1]
        == f"parityzoo-{record.software['parityzoo']}"
    )
    assert "  month        = {11},\n" in text


def test_cff(record):
    """Values are quoted, so that YAML reads them as they are."""
    text = cff(record)
    assert r"on CPU \"A \u0026 B\"" in text
    assert '    date-released: "2026-11-21"\n' in text


def test_another_record(record):
    """A record that differs in one sample is cited by another key."""
    before = key(record)
    record.cells[0].samples[0].seconds[0] += 1e-9
    assert key(record) != before
