"""What there is, as data that JSON can hold."""

from __future__ import annotations

import json

import pytest

from zoo import catalog

DECLARED = [
    catalog.ops, catalog.losses, catalog.optimizers, catalog.schedules, catalog.clippings,
]  # fmt: skip


@pytest.mark.parametrize("listing", [catalog.models, *DECLARED])
def test_a_listing_is_json_with_the_name_first(listing) -> None:
    """Every object of a listing has the same keys."""
    found = json.loads(json.dumps(listing()))
    assert found
    assert {tuple(each) for each in found} == {tuple(found[0])}
    assert next(iter(found[0])) == "name"


@pytest.mark.parametrize("listing", DECLARED)
def test_everything_declared_says_what_it_is(listing) -> None:
    """The first line of its file is a sentence of its own."""
    for each in listing():
        assert each["summary"].endswith((".", ":")), each["name"]


@pytest.mark.parametrize(
    ("pins", "version"),
    [
        (("frame==3.2.1", "numpy==1.0"), "3.2.1"),
        (("numpy==1.0", "frame-cpu==2.0+cpu"), "2.0+cpu"),
        (("numpy==1.0", "safetensors"), None),
        (("frame", "numpy"), None),
    ],
)
def test_the_framework_is_the_pin_that_not_every_worker_has(pins, version) -> None:
    """Whatever its distribution is called."""
    assert catalog.framework_version(pins) == version
