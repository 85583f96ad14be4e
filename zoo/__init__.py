"""parityzoo: one model specification as the source of every framework, proven to mean the same.

    import zoo

    spec = zoo.models.resnet20(classes=10)
    zoo.emit(spec, "mxnet")                          # source code
    zoo.build(spec, "torch")                         # the framework's own object, in this process
    zoo.parity(spec, backends=["torch", "mxnet"])    # ParityReport
    zoo.compare(["resnet20"])                        # CompareReport
    zoo.check(spec, MyResNet(), "torch")             # ParityReport of an object of your own
    zoo.bench(spec, backends=["torch", "jax"])       # Record

Names are imported on first use, so that a worker process, which has nothing but NumPy and its
framework, can import `zoo.worker`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from zoo import bench as bench
    from zoo import emit as emit
    from zoo import errors as errors
    from zoo import models as models
    from zoo import ops as ops
    from zoo import parity as parity
    from zoo import report as report
    from zoo import selftest as selftest
    from zoo import training as training
    from zoo.building import build as build
    from zoo.comparison import compare as compare
    from zoo.parity.own import check as check
    from zoo.spec import Spec as Spec
    from zoo.spec import block as block
    from zoo.spec import model as model

_FROM = {
    "Spec": "zoo.spec",
    "block": "zoo.spec",
    "build": "zoo.building",
    "check": "zoo.parity.own",
    "compare": "zoo.comparison",
    "model": "zoo.spec",
}
_MODULES = ("bench", "emit", "errors", "models", "ops", "parity", "report", "selftest", "training")

__all__ = ["__version__", *_FROM, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _FROM:
        return getattr(importlib.import_module(_FROM[name]), name)
    if name in _MODULES:
        return importlib.import_module(f"zoo.{name}")
    raise AttributeError(f"module 'zoo' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
