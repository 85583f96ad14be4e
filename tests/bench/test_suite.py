"""Suites that ship, and files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zoo.bench import suite
from zoo.bench.cells import planned
from zoo.errors import UsageError


@pytest.mark.parametrize(
    ("name", "cells"), [("quick", 8), ("models", 48), ("cpu", 288), ("gpu", 117)]
)
def test_the_suites_that_ship_make_cells(name, cells):
    """Every model, backend, mode and argument in them is there."""
    assert len(planned(suite.load(name))) == cells


def test_benchmarks_has_the_suites_of_the_package():
    """The folder that a reader of the repository looks into is the one that is installed."""
    folder = Path(__file__).parents[2] / "benchmarks" / "suites"
    assert folder.resolve() == suite.FOLDER.resolve()
    assert suite.names() == ("cpu", "gpu", "models", "quick")


def test_a_suite_of_ones_own_is_read_from_its_file(tmp_path):
    """What is left out has its default."""
    data = {
        "name": "mine", "summary": "Mine.", "budget_seconds": 5,
        "groups": [{"models": ["mlp"], "backends": ["torch"], "sweep": {"hidden": [[4], [8, 8]]}}],
    }  # fmt: skip
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(data))
    assert suite.is_suite(str(path))
    found = suite.load(str(path))
    assert found.precision == 0.02
    assert suite.from_json(suite.plain(found), "again") == found
    assert [cell.name for cell in planned(found)] == [
        f"mlp(hidden={hidden})/torch:eager/float32/cpu/b32/t{found.groups[0].threads[0]}"
        for hidden in ("4", "8+8")
    ]


def test_a_specification_is_no_suite(tmp_path):
    """Both are JSON files; one has groups."""
    (tmp_path / "model.json").write_text('{"version": 1}')
    assert not suite.is_suite(str(tmp_path / "model.json"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"budget_seconds": 0}, "budget_seconds"), ({"groups": []}, "groups"),
        ({"groups": [{"models": ["mlp"]}]}, r"groups\[0\]"), ({"speed": 1}, r"\$: .*speed"),
        ({"groups": [{"models": ["mlp"], "backends": ["torch"], "batches": [0]}]}, "batches"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_place(change, place):
    """The message starts with the file and names the field."""
    good = suite.plain(suite.load("quick"))
    with pytest.raises(UsageError, match=f"^mine: no suite: .*{place}"):
        suite.from_json({**good, **change}, "mine")


def test_a_whole_number_may_have_a_point():
    """JSON does not tell them apart; a batch is an int all the same."""
    plain = suite.plain(suite.load("quick"))
    plain["groups"][0]["batches"] = [2.0]
    (batch,) = suite.checked(suite.from_json(plain, "mine")).groups[0].batches
    assert (batch, type(batch)) == (2, int)


def test_an_unknown_name_is_refused_with_the_nearest():
    """The message says what there is."""
    with pytest.raises(UsageError, match="no suite 'quik'; did you mean quick"):
        suite.load("quik")
