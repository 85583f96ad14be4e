"""Options of the whole suite, and the header that says what is under test."""

from __future__ import annotations

import os
import signal
import sys

import numpy as np
import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        help="the backend that tests/conformance puts its questions to; obligatory there",
    )


def pytest_configure(config: pytest.Config) -> None:
    """A shell ignores Ctrl-C for what it starts in the background, and tests press it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header(config: pytest.Config) -> list[str]:
    settings = {key: value for key, value in os.environ.items() if key.startswith("ZOO_")}
    backend = config.getoption("--backend") or "none"
    return [
        f"backend: {backend}, numpy {np.__version__}, python {sys.version.split()[0]}, {settings}"
    ]
