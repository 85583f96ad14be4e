"""The main job: models on real data in every framework, agreement and time side by side.

task → the digits as a model's data; training → loss curves from one start; timing → interleaved
rounds; report → the table.
"""

from zoo.comparison.report import CompareReport
from zoo.comparison.run import compare

__all__ = ["CompareReport", "compare"]
