"""The pages of parityzoo as files, and a browser that opens them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest
from PyQt6.QtWidgets import QApplication

from tests.browser.browser import Browser
from zoo.conventions import pages, recorded
from zoo.models import registry
from zoo.report import side_by_side
from zoo.report.benchmark import page as benchmark

RESULTS = Path(__file__).parents[2] / "benchmarks" / "results"
PAGES: dict[str, Callable[[], str]] = {
    "benchmark": lambda: benchmark(json.loads((RESULTS / "quick.json").read_text("utf-8"))),
    "sources": lambda: side_by_side(registry.build("resnet20"), "all").to_html(),
    "conventions": lambda: pages.html(recorded.load()),
}


@pytest.fixture(scope="session", params=PAGES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each page that a command writes."""
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    path.write_text(PAGES[request.param](), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def application() -> QApplication:
    return QApplication(sys.argv[:1])


@pytest.fixture(scope="session")
def browser(application: QApplication) -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()
