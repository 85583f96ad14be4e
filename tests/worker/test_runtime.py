"""The protocol class and a runtime that works agree on what a backend provides."""

from __future__ import annotations

import importlib.util
import inspect

import pytest

from zoo.worker.runtime import Runtime

METHODS = sorted(name for name, each in vars(Runtime).items() if inspect.isfunction(each))
ASKED_FOR = [name for name in METHODS if not name.startswith("_")]


@pytest.mark.parametrize("name", ASKED_FOR)
def test_the_fake_runtime_takes_the_arguments_that_the_protocol_names(packages, name):
    spec = importlib.util.spec_from_file_location("fake_run", packages["zoo_fake"] / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    asked = inspect.signature(getattr(Runtime, name)).parameters
    given = inspect.signature(getattr(module.Runtime, name)).parameters
    assert [(each.name, each.kind) for each in given.values()] == [
        (each.name, each.kind) for each in asked.values()
    ]
