"""Benchmarks that can be cited: raw samples, uncertainty, and proof for what was timed.

suite → cells → run: which cells; measure, live, barrier, ceilings, certificate: how they are
measured; record: what comes out; statistics, derive: figures from it.
"""

from zoo.bench.record import Record
from zoo.bench.run import bench
from zoo.callable_module import make_callable

__all__ = ["Record", "bench"]

make_callable(__name__, bench)
