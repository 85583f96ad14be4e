"""The judge is judged: faults planted in every backend, and clean programs beside them."""

from zoo.callable_module import make_callable
from zoo.selftest.catalogue import FAULTS
from zoo.selftest.fault import Fault
from zoo.selftest.report import SelftestReport
from zoo.selftest.run import selftest

__all__ = ["FAULTS", "Fault", "SelftestReport", "selftest"]

make_callable(__name__, selftest)
