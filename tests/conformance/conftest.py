"""One backend, run with the very Python that runs the tests."""

from __future__ import annotations

import sys
from typing import Iterator

import pytest

from zoo import plugins
from zoo.plugins import Target
from zoo.worker.pool import Pool


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every question in every mode of the backend; a misspelt backend is an error, no skip."""
    if "target" in metafunc.fixturenames:
        name = metafunc.config.getoption("--backend")
        if not name:
            raise pytest.UsageError("tests/conformance needs --backend NAME")
        backend = plugins.backend(name)
        targets = [Target(backend, mode) for mode in backend.modes]
        metafunc.parametrize("target", targets, ids=str, scope="session")


@pytest.fixture(scope="session")
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    name = request.config.getoption("--backend")
    with Pool(threads=2, timeout=300, python={name: sys.executable}) as made:
        yield made
