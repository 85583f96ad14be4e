"""A device that is not to be had costs the cells that asked for it, and each says why."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from zoo import plugins
from zoo.errors import BackendUnavailable, UsageError
from zoo.target import parse_targets
from zoo.worker import device
from zoo.worker.device import check_device


def test_a_target_names_its_device() -> None:
    """The CPU goes without saying."""
    first, second, third = parse_targets("torch,torch@gpu,torch:compile@gpu")
    assert [str(first), first.device] == ["torch:eager", "cpu"]
    assert [str(second), second.device] == ["torch:eager@gpu", "gpu"]
    assert str(third) == "torch:compile@gpu"
    assert {each.device for each in parse_targets("all@gpu")} == {"gpu"}


def test_an_unknown_device_is_an_error() -> None:
    """With the ones that there are."""
    with pytest.raises(UsageError, match="no device 'tpu'; known: cpu, gpu"):
        parse_targets("torch@tpu")


def test_a_build_for_the_cpu_has_no_gpu() -> None:
    """Whatever the machine has."""
    (target,) = parse_targets("mxnet@gpu")
    with pytest.raises(BackendUnavailable, match=r"computes on cpu alone.*leave @gpu out"):
        check_device(target)


def test_without_a_driver_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The reason says what was looked for, the mend what to bring; with one it may be tried."""
    (target,) = parse_targets("torch@gpu")
    monkeypatch.setattr(device, "DRIVER", (tmp_path / "driver",))
    with pytest.raises(BackendUnavailable, match=r"no NVIDIA driver.*--python torch=PATH"):
        check_device(target)
    (tmp_path / "driver").touch()
    check_device(target)


def test_the_cpu_is_always_there() -> None:
    """For every backend."""
    for backend in plugins.backends().values():
        check_device(attrs.evolve(parse_targets(backend.name)[0]))
