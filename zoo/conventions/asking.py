"""The worker's side of a question: calls the adapter's probe and gives its answer as plain data.

A probe is a function without arguments that is called like the question and stands in the module
`conventions.<section>` of an adapter. It calls the framework with inputs that give its convention
away and returns a number, a word or a list of either. Its docstring names what it calls, and is the
subject of the sentence that an `Absent` ends: "tf.nn" "has no PReLU".
"""

from __future__ import annotations

import inspect
import math
from types import ModuleType
from typing import Any, Callable, Iterable

import numpy as np


class Absent(Exception):
    """The framework has nothing that could be asked.

    The message goes on where the probe's docstring ends, and says what was looked for.
    """


def find(where: Any, *names: str) -> Any:
    """The first of these attributes that there is.

    Raises:
        Absent: there is none.
    """
    for name in names:
        if hasattr(where, name):
            return getattr(where, name)
    raise Absent(f"has no {' or '.join(names)}")


def lacks(where: Any, *names: str) -> Absent:
    """To be raised by a probe for what the framework does not have; looks for it first.

    Raises:
        LookupError: it is there, so the probe has to measure it.
    """
    there = [name for name in names if hasattr(where, name)]
    if there:
        raise LookupError(f"there is {', '.join(there)} now: this can be measured")
    return Absent(f"has no {' or '.join(names)}")


def obliges(function: Callable[..., Any], argument: str) -> Absent:
    """To be raised for an argument that has no default; looks at the signature first.

    Raises:
        LookupError: it has a default, so the probe has to measure it.
    """
    default = inspect.signature(function).parameters[argument].default
    if default is not inspect.Parameter.empty:
        raise LookupError(f"{argument} has a default now: this can be measured")
    return Absent(f"has no default for {argument}")


def takes_no(function: Callable[..., Any], *arguments: str) -> Absent:
    """To be raised for what a function has no argument for; looks at the signature first.

    Raises:
        LookupError: there is such an argument, so the probe has to measure it.
    """
    there = set(arguments) & set(inspect.signature(function).parameters)
    if there:
        raise LookupError(f"it takes {', '.join(there)} now: this can be measured")
    return Absent(f"takes no {' or '.join(arguments)}")


def answer(module: ModuleType, name: str) -> dict[str, Any]:
    """What a probe says: `value`, `absent` or `error`, and with it what was `asked`."""
    probe = getattr(module, name, None)
    if probe is None:
        return {"error": f"{module.__name__} has no probe {name}", "asked": ""}
    asked = " ".join((probe.__doc__ or "").split())
    try:
        return {"value": plain(probe()), "asked": asked}
    except Absent as absent:
        return {"absent": f"{asked} {absent}"}
    except Exception as error:  # a framework may raise anything
        first_line = (str(error).splitlines() or [""])[0][:300]
        return {"error": f"{type(error).__name__}: {first_line}", "asked": asked}


def plain(value: Any) -> Any:
    """Data that JSON can hold: NaN and infinities as words, arrays as lists, no scalars of NumPy.

    Raises:
        TypeError: neither a number, nor a word, nor a list of them.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float):
        return value + 0.0  # no negative zero
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, Iterable):
        return [plain(each) for each in value]
    raise TypeError(f"a probe returned {value!r}; needed: a number, a word or a list of them")
