"""Parity: every tensor of every backend against the float64 oracle, within a computed bound."""

from zoo.callable_module import make_callable
from zoo.parity.compare import Row
from zoo.parity.report import ParityReport
from zoo.parity.run import parity

__all__ = ["ParityReport", "Row", "parity"]

make_callable(__name__, parity)
