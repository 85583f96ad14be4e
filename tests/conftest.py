"""Options of the whole suite, and the header that says what is under test."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        help="the backend that tests/conformance puts its questions to; obligatory there",
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    settings = {key: value for key, value in os.environ.items() if key.startswith("ZOO_")}
    backend = config.getoption("--backend") or "none"
    return [
        f"backend: {backend}, numpy {np.__version__}, python {sys.version.split()[0]}, {settings}"
    ]
