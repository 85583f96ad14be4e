"""What a model must fulfil, however it comes: traced, or read from JSON."""

from __future__ import annotations

import keyword
import math
import re
from typing import Any, Iterable, Mapping, Sequence

from zoo.errors import SpecError, shown
from zoo.spec.graph import Item, Spec, item_inputs
from zoo.spec.op import MAX_ELEMENTS, Op, TensorType

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)

MAX_INPUTS = 64
"""Most inputs of a model."""

MAX_TENSORS, MAX_ARGUMENTS = 16, 64
"""Most tensors, and most other arguments, that a block takes."""

MAX_WORDS = 1000
"""Longest summary, in characters, and longest word that is an argument of a block."""

MAX_NUMBERS = 16
"""Longest tuple that is an argument of a block."""

MAX_NUMBER = 2**53
"""Largest whole number that is an argument of a block, and that every reader of JSON keeps."""


def check_all_used(inputs: Iterable[str], items: Sequence[Item], output: str, prefix: str) -> None:
    """Refuse a layer or an input that the output does not depend on.

    Frameworks disagree on the gradient of what is not used: zero, None or an error.
    """
    used = {output}
    for item in reversed(items):
        if item.name in used:
            used.update(item_inputs(item))
    unused = [name for name in (*inputs, *(item.name for item in items)) if name not in used]
    if unused:
        raise SpecError(f"{prefix}{unused[0]}: the output does not depend on it; leave it out")


def check_whole(spec: Spec) -> Spec:
    """Refuse a model that is not trainable as a whole; returns it otherwise."""
    check_name(spec.name, "model ")
    where = f"model {spec.name}: "
    check_summary(spec.summary, where)
    if not spec.inputs or not spec.body:
        raise SpecError(f"{where}it needs an input and at least one layer")
    if len(spec.inputs) > MAX_INPUTS:
        raise SpecError(f"{where}it has {len(spec.inputs)} inputs, the limit is {MAX_INPUTS}")
    check_all_used([node.name for node in spec.inputs], spec.body, spec.output, where)
    try:
        spec.loss.check(spec.output_type)
    except SpecError as error:
        raise SpecError(f"{where}{error}") from None
    if not spec.parameter_count:
        raise SpecError(f"{where}it has no parameters, so there is nothing to train; add a layer")
    if spec.parameter_count > MAX_ELEMENTS:
        raise SpecError(
            f"{where}it has {spec.parameter_count} parameters, the limit is {MAX_ELEMENTS}"
        )
    return spec


def check_summary(summary: object, where: str) -> None:
    """Refuse a summary that is not one line, or that could leave the docstring it is written to."""
    good = (
        isinstance(summary, str)
        and len(summary) <= MAX_WORDS
        and summary.isprintable()
        and "\\" not in summary
        and '"""' not in summary
    )
    if not good:
        raise SpecError(
            f"{where}the summary must be one line of at most {MAX_WORDS} printable characters "
            f'without backslashes and """, got {shown(summary)}'
        )


def check_name(name: object, where: str, *, indexed: bool = False) -> None:
    """Refuse a name that is no identifier (with `indexed`, `name.3` is allowed too)."""
    base, index = name, "0"
    if indexed and isinstance(name, str) and "." in name:
        base, _, index = name.partition(".")
    good = (
        isinstance(base, str)
        and NAME.fullmatch(base) is not None
        and not keyword.iskeyword(base)
        and re.fullmatch(r"0|[1-9][0-9]{0,3}", index, re.ASCII) is not None
    )
    if not good:
        raise SpecError(
            f"{where}{shown(name)} is no name: use a letter, then letters, digits or underscores "
            "(64 at most), no Python keyword"
            + (", and .0, .1, ... for the elements of a chain" if indexed else "")
        )


def check_input(name: object, prefix: str) -> None:
    """Refuse an input that is in a block, or whose name could not be that of a parameter."""
    if prefix:
        raise SpecError(
            f"{prefix}{name}: an input belongs to the model; pass it to the block as an argument"
        )
    check_name(name, "input ")


def check_call(
    path: str, block: object, tensors: Sequence[object], arguments: Sequence[tuple[object, object]]
) -> None:
    """Refuse names and arguments of a block that a source or JSON could not have."""
    check_name(block, f"{path}: block ")
    for parameter in (*tensors, *(name for name, _ in arguments)):
        check_name(parameter, f"{path}: argument ")
    if not 1 <= len(tensors) <= MAX_TENSORS or len(arguments) > MAX_ARGUMENTS:
        raise SpecError(
            f"{path}: a block takes 1 to {MAX_TENSORS} tensors and at most {MAX_ARGUMENTS} other "
            f"arguments, got {len(tensors)} and {len(arguments)}"
        )
    for parameter, value in arguments:
        if not _is_argument(value):
            raise SpecError(
                f"{path}: argument {parameter} must be true, false, none, a finite number (a whole "
                f"one up to 2**53), a word of at most {MAX_WORDS} characters or a tuple of at most "
                f"{MAX_NUMBERS} whole numbers, got {shown(value)}"
            )


def _is_argument(value: Any) -> bool:
    if isinstance(value, tuple):
        whole = all(type(v) is int and abs(v) <= MAX_NUMBER for v in value)
        return whole and len(value) <= MAX_NUMBERS
    if type(value) is str:
        return len(value) <= MAX_WORDS
    if type(value) is float:
        return math.isfinite(value)
    return value is None or type(value) is bool or (type(value) is int and abs(value) <= MAX_NUMBER)


def check_free_name(name: str, taken: Mapping[str, object], prefix: str) -> None:
    """Refuse a layer's name that is no identifier or is taken in its body."""
    check_name(name, prefix, indexed=True)
    base = name.partition(".")[0]
    if name in taken:
        raise SpecError(f"{prefix}{name}: this name is taken already; give each layer its own")
    if base != name and base in taken:
        raise SpecError(f"{prefix}{name}: {base} is taken by a single layer already")
    if base == name and f"{name}.0" in taken:
        raise SpecError(f"{prefix}{name}: this name is taken by a chain already")


def check_chain(item: Item, before: Sequence[Item], prefix: str) -> None:
    """Refuse an element of a chain (`layer1.2`) that does not just continue the one before it."""
    base, _, index = item.name.partition(".")
    if not index:
        return
    inputs = item_inputs(item)
    want = f"{base}.{int(index) - 1}"
    if int(index) and (not before or before[-1].name != want or inputs != (want,)):
        raise SpecError(
            f"{prefix}{item.name}: elements of a chain follow each other, and each takes just the "
            f"one before it; expected {prefix}{want} as its only input and as the layer before"
        )
    if len(inputs) != 1:
        raise SpecError(f"{prefix}{item.name}: an element of a chain takes one tensor")


def check_arity(op: Op | type[Op], count: int, path: str) -> None:
    """Refuse a number of inputs that the op does not take."""
    low, high = op.arity
    if not low <= count <= high:
        many = str(low) if low == high else f"{low} to {high}"
        raise SpecError(f"{path}: {op.kind} takes {many} inputs, got {count}")


def checked_type(op: Op, types: tuple[TensorType, ...], path: str) -> TensorType:
    """Infer the output of an op, with the limits and the layer's path in every error."""
    check_arity(op, len(types), path)
    try:
        out = op.infer(*types)
        for what, shape in [("the output", out.shape)] + [
            (state.name, state.shape) for state in op.states(*types)
        ]:
            elements = 1
            for size in shape:
                elements *= size
            if elements > MAX_ELEMENTS:
                raise SpecError(
                    f"{what} has {elements} elements, the limit is {MAX_ELEMENTS}; make it smaller"
                )
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from None
    return out
