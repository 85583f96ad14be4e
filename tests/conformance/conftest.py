"""One backend, run with the very Python that runs the tests."""

from __future__ import annotations

import os
import sys
from typing import Iterator

import pytest

from zoo import plugins
from zoo.target import Target
from zoo.worker.pool import Pool


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask what depends on the dtype in every mode, the rest in the default mode alone.

    A misspelt backend is an error, no skip.
    """
    if "target" in metafunc.fixturenames:
        name = metafunc.config.getoption("--backend")
        if not name:
            raise pytest.UsageError("tests/conformance needs --backend NAME")
        backend = plugins.backend(name)
        targets = [Target(backend, mode) for mode in backend.modes]
        if "dtype" not in metafunc.fixturenames:
            metafunc.parametrize("target", targets[:1], ids=str, scope="session")
            return
        asked = getattr(metafunc.module, "is_asked", lambda target, dtype: True)
        dtypes = getattr(metafunc.module, "DTYPES", ("float64", "float32"))
        pairs = [(t, d) for t in targets for d in dtypes if asked(t, d)]
        ids = [f"{target}-{dtype}" for target, dtype in pairs]
        metafunc.parametrize("target, dtype", pairs, ids=ids, scope="session")


LESS_EFFORT = (
    "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"
    " --xla_cpu_parallel_codegen_split_count=1"
)
"""Compiles faster; what XLA makes of programs with all its effort is asked of its frameworks."""


@pytest.fixture
def less_effort(monkeypatch: pytest.MonkeyPatch, target: Target) -> None:
    """For processes that a test starts where the judge is asked, and not XLA."""
    if "jax" in target.backend.name:
        monkeypatch.setenv("XLA_FLAGS", LESS_EFFORT)


@pytest.fixture(scope="session")
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    name = request.config.getoption("--backend")
    if name.startswith("keras"):
        os.environ["XLA_FLAGS"] = LESS_EFFORT
    with Pool(threads=2, timeout=300, python={name: sys.executable}) as made:
        yield made


@pytest.fixture(scope="module")
def calm_pool(target: Target) -> Iterator[Pool]:
    """For many small requests, which are slow where threads wait for each other."""
    name = target.backend.name
    with pytest.MonkeyPatch.context() as patch:
        if "jax" in name:
            patch.setenv("XLA_FLAGS", LESS_EFFORT)
        with Pool(threads=1, timeout=300, python={name: sys.executable}) as made:
            yield made
