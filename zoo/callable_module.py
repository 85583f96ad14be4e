"""Lets a package be called: `zoo.parity(spec)` works although `zoo.parity` is a package too."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, Callable


def make_callable(module: str, function: Callable[..., Any]) -> None:
    """Let calls of a module run a function.

    A module's class may be replaced: https://docs.python.org/3/reference/datamodel.html
    (customizing module attribute access).
    """

    class CallableModule(ModuleType):
        __doc__ = sys.modules[module].__doc__

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

    sys.modules[module].__class__ = CallableModule
