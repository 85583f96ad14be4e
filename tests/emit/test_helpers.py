"""The texts that adapters write as they are."""

from __future__ import annotations

import pytest

from tests.conformance.cases import CASES
from tests.conformance.trainings import TRAININGS
from zoo import plugins
from zoo.emit import emit
from zoo.emit.writer import LIMIT


@pytest.mark.parametrize("backend", sorted(plugins.backends()))
def test_no_comment_is_wider_than_the_writer_allows(backend: str) -> None:
    """It breaks neither comments nor docstrings; the title is as long as the summary."""
    sources = [emit(spec, backend) for spec in (*CASES.values(), *TRAININGS.values())]
    lines = {line for source in sources for line in source.split("\n")}
    wide = {line for line in lines if len(line) > LIMIT and "written by parityzoo" not in line}
    assert wide == set()


@pytest.mark.parametrize("backend", sorted(plugins.backends()))
def test_embeddings_start_with_the_law_of_the_specification(backend: str) -> None:
    """As learned positions do beside them; frameworks' own are up to fifty times as wide."""
    assert "0.02" in emit(CASES["embedded_tokens_without_momentum"], backend)
