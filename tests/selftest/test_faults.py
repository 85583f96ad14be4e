"""The catalogue: every fault says what it is, is planted where it says, and changes something."""

from __future__ import annotations

import pytest

from zoo import plugins
from zoo.selftest import FAULTS
from zoo.selftest.arrays import ARRAY_FAULTS
from zoo.selftest.fault import Misread, Rewritten
from zoo.selftest.layers import LAYER_FAULTS
from zoo.selftest.run import BATCH
from zoo.selftest.texts import TEXT_FAULTS
from zoo.selftest.training import TRAINING_FAULTS

PARTS = ("loss", "optimizer")
ADAPTERS = {backend.package.partition("_")[2]: backend for backend in plugins.backends().values()}


def test_there_are_a_hundred_kinds_and_no_name_is_there_twice() -> None:
    """The report goes by their names."""
    lists = (LAYER_FAULTS, ARRAY_FAULTS, TRAINING_FAULTS, TEXT_FAULTS)
    assert len(FAULTS) == sum(map(len, lists)) >= 100


@pytest.mark.parametrize("fault", FAULTS.values(), ids=str)
def test_a_fault_is_where_it_says(fault) -> None:
    """In a layer of its model or in a part of the training, and it is told in one sentence."""
    paths = {node.path for node in fault.spec.nodes}
    assert set(fault.layers) <= paths or set(fault.layers) <= set(PARTS)
    assert fault.sentence[:1].isupper()
    assert fault.sentence.endswith(".")
    if isinstance(fault, Misread):
        assert set(fault.alter) <= {*fault.spec.states, *fault.spec.masks}


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("fault", [f for f in FAULTS.values() if isinstance(f, Rewritten)], ids=str)
def test_a_text_is_in_the_source_that_it_is_to_be_replaced_in(fault, adapter) -> None:
    """And another stands there afterwards."""
    if adapter not in fault.texts:
        return
    backend = ADAPTERS[adapter]
    emission = fault.emission(backend)
    emission.check(backend, fault.spec, BATCH)
    for batch in (None, BATCH):
        plain = backend.emit(fault.spec, mask_batch=batch).source
        planted = emission.emit(backend, fault.spec, batch).source
        assert planted != plain or (fault.spec.masks and batch)
        compile(planted, fault.name, "exec")
