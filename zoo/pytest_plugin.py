"""For other people's tests: fixtures that fail with the report of a parity run.

    def test_my_model(zoo_parity):
        zoo_parity(my_spec())                        # the backends of --zoo-backends

    @pytest.mark.zoo(dtype="float32", steps=3)
    def test_my_resnet(zoo_check):
        zoo_check(zoo.models.resnet20(), MyResNet(), "torch")

A backend that cannot run fails the test, as nothing was proven of it.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any, Callable

import pytest

if TYPE_CHECKING:
    from zoo.parity import ParityReport

Check = Callable[..., "ParityReport"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("parityzoo")
    text = "Backends of the fixture zoo_parity, such as torch,mxnet:eager; all if left out."
    group.addoption("--zoo-backends", metavar="B,...", help=text)
    parser.addini("zoo_backends", text)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "zoo(**options): arguments of zoo.parity or zoo.check for the fixtures of a test"
    )


@pytest.fixture
def zoo_parity(request: pytest.FixtureRequest) -> Check:
    """`zoo.parity` on a specification; the test fails with its report unless all agree."""
    config = request.config
    chosen = config.getoption("--zoo-backends") or config.getini("zoo_backends") or "all"

    def parity(spec: Any, backends: Any = chosen, **options: Any) -> ParityReport:
        __tracebackhide__ = True
        from zoo.parity import parity

        return _passed(parity(spec, backends, **{**_marked(request), **options}))

    return parity


@pytest.fixture
def zoo_check(request: pytest.FixtureRequest) -> Check:
    """`zoo.check` on an object of your own; the test fails with its report unless all agrees."""

    def check(spec: Any, model: Any, backend: str, **options: Any) -> ParityReport:
        __tracebackhide__ = True
        from zoo.parity.own import check

        return _passed(check(spec, model, backend, **{**_marked(request), **options}))

    return check


def _marked(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Of all marks of the test, the nearest first."""
    options: dict[str, Any] = {}
    for mark in request.node.iter_markers("zoo"):
        options = {**mark.kwargs, **options}
    return options


def _passed(report: ParityReport) -> ParityReport:
    __tracebackhide__ = True
    if not report.passed:
        from rich.console import Console

        console = Console(width=120, file=StringIO(), color_system=None)
        console.print(report)
        pytest.fail(console.file.getvalue(), pytrace=False)  # type: ignore[attr-defined]
    return report
