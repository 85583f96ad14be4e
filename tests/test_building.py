"""`zoo.build` without any framework: what it refuses, and how."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

import zoo
from zoo import plugins
from zoo.errors import BackendUnavailable, UsageError
from zoo.models import registry

SPEC = registry.build("mlp", "tiny")


@pytest.fixture(autouse=True)
def no_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch cannot be imported here, whatever this environment has."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "zoo_torch.run", raising=False)


def test_a_framework_that_is_missing_comes_with_the_pip_command() -> None:
    """It is unavailable in this process, which pip can mend."""
    with pytest.raises(BackendUnavailable, match=r"pip install .*torch==2\.13\.0"):
        zoo.build(SPEC, "torch")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"output.wieght": np.zeros(2)}, "did you mean output.weight"),
        ({"output.bias": np.zeros(2)}, r"output.bias has shape \(2,\)"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(params: dict, message: str) -> None:
    """By name or by shape, before anything of the framework is imported."""
    with pytest.raises(UsageError, match=message):
        zoo.build(SPEC, "torch", params)


def test_unknown_dtypes_and_backends_are_refused() -> None:
    """The message has what is possible."""
    with pytest.raises(UsageError, match=r"dtype must be float64, .*got 'half'"):
        zoo.build(SPEC, "torch", dtype="half")
    with pytest.raises(UsageError, match="did you mean torch"):
        zoo.build(SPEC, "trch")


def test_a_framework_imported_on_another_engine_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Keras reads its engine once, when it is imported."""
    for name in plugins.backends():
        found = plugins.backend(name)
        if found.settings:
            break
    else:
        pytest.fail("no backend with settings is installed")
    variable, value = next(iter(found.settings.items()))
    monkeypatch.setenv(variable, "another")
    monkeypatch.setitem(sys.modules, found.module, ModuleType(found.module))
    with pytest.raises(BackendUnavailable, match=f"without {variable}={value}"):
        zoo.build(SPEC, name)
