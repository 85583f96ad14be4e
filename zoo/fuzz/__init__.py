"""Random models, run on every backend, and made small where one is at fault."""

from zoo.callable_module import make_callable
from zoo.fuzz.draw import Drawn, draw
from zoo.fuzz.report import FuzzReport
from zoo.fuzz.run import fuzz
from zoo.fuzz.shrink import shrink

__all__ = ["Drawn", "FuzzReport", "draw", "fuzz", "shrink"]

make_callable(__name__, fuzz)
