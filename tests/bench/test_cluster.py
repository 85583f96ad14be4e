"""Blocks as jobs of a Dask cluster of two real worker processes."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import distributed
import pytest

from tests.bench.conftest import SHORT, linear
from zoo.bench.record import QUANTITIES
from zoo.errors import UsageError


@pytest.fixture
def cluster():
    """Two workers with one slot each; a worker that dies is started again."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=True
    ) as made:
        with distributed.Client(made, set_as_default=False) as client:
            client.run(shorten, [(where.__name__, name, value) for where, name, value in SHORT])
        yield made


def shorten(settings):
    """In a worker."""
    for module, name, value in settings:
        setattr(import_module(module), name, value)


def test_no_cell_is_lost_with_a_worker(bench, cluster):
    """One of two is killed in the middle of its job; all cells of all blocks are in the record."""
    killed = []

    def kill(text):
        if text.startswith("1 of 3 jobs"):
            with distributed.Client(cluster, set_as_default=False) as client:
                pids = client.run(os.getpid)
                (victim,) = [address for address, at in client.processing().items() if at][:1]
                os.kill(pids[victim], signal.SIGKILL)
                killed.append(victim)

    specs = [linear(f"linear_{number}") for number in range(3)]
    record = bench(specs, "fake", scheduler=cluster.scheduler_address, progress=kill)
    assert len(killed) == 1
    assert [cell.model for cell in record.cells] == [spec.name for spec in specs]
    for cell in record.cells:
        assert cell.gap is None
        assert cell.machine in record.machines
        seen = {(sample.round, sample.quantity) for sample in cell.samples}
        assert seen == {(round, what) for round in range(6) for what in QUANTITIES}


def test_an_address_where_nobody_answers_is_bad_input(bench, monkeypatch):
    """It is said in a line."""
    monkeypatch.setattr("zoo.bench.cluster.TO_CONNECT", "0.2s")
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        bench(linear(), "fake", scheduler="tcp://127.0.0.1:9")


def test_without_dask_the_extra_is_named(bench, monkeypatch):
    """The message has the pip command."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'parityzoo\[cluster\]'"):
        bench(linear(), "fake", scheduler="tcp://127.0.0.1:9")
