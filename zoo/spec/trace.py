"""Tracing: a model is an ordinary Python function that is run once on symbolic tensors.

Each op call checks its inputs and infers its output's shape at once, so a mistake is an error at
the line that made it. `@block` keeps a function's name and arguments in the trace; `@model` makes
a function that returns a `Spec`.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator

from zoo.errors import SpecError, shown
from zoo.spec.checks import (
    check_all_used,
    check_arity,
    check_call,
    check_chain,
    check_free_name,
    check_input,
    check_name,
    check_whole,
    checked_type,
)
from zoo.spec.graph import Call, Item, Node, Spec
from zoo.spec.op import Op, TensorType

if TYPE_CHECKING:
    from zoo.training.base import Clipping, Loss, Optimizer, Schedule

MAX_NODES = 20_000
MAX_NESTING = 16

_PACKAGE = Path(__file__).parent.parent
_CONTEXTLIB = Path(contextlib.__file__)


class Tensor:
    """A symbolic value of the trace; knows its shape without the batch and its dtype."""

    def __init__(self, scope: "Scope", name: str, type: TensorType) -> None:
        self._scope, self._name, self.type = scope, name, type

    @property
    def shape(self) -> tuple[int, ...]:
        return self.type.shape

    def __repr__(self) -> str:
        return f"Tensor {self._scope.path(self._name)} {self.type}"

    def __bool__(self) -> bool:
        raise SpecError(
            f"{self!r} has no value while a model is traced, so it cannot decide an `if` or a "
            "loop; decide by shapes or by the function's arguments"
        )


class Scope:
    """The body of the model or of one block call, while it is being traced."""

    def __init__(self, prefix: str = "", trace: "Trace | None" = None, depth: int = 0) -> None:
        self.prefix, self.depth = prefix, depth
        self.trace = trace or Trace()
        self.items: list[Item] = []
        self.types: dict[str, TensorType] = {}
        self._counts: dict[str, int] = {}

    def path(self, name: str) -> str:
        return self.prefix + name

    def new_name(self, stem: str, name: str | None) -> str:
        """Check a given name, or make one from the stem and a number that counts from 1."""
        if name is not None:
            check_free_name(name, self.types, self.prefix)
            return name
        while True:
            self._counts[stem] = self._counts.get(stem, 0) + 1
            made = f"{stem}{self._counts[stem]}"
            if made not in self.types and f"{made}.0" not in self.types:
                check_name(made, self.prefix)
                return made

    def add(self, item: Item) -> Tensor:
        self.trace.count(item)
        check_chain(item, self.items, self.prefix)
        self.items.append(item)
        self.types[item.name] = item.type
        return Tensor(self, item.name, item.type)


class Trace:
    """Counts over the whole trace, for the limits."""

    def __init__(self) -> None:
        self.nodes = 0

    def count(self, item: Item) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise SpecError(f"the model has more than {MAX_NODES} layers and blocks")


_scopes: list[Scope] = []


def _here() -> str:
    """The line of the model that is being traced, for messages."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return f" [{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}]"


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return (path.parent.parent == _PACKAGE and path.parent.name != "models") or path == _CONTEXTLIB


@contextmanager
def _located() -> Iterator[None]:
    try:
        yield
    except SpecError as error:
        text = str(error)
        raise SpecError(text if text.endswith("]") else text + _here()) from None


def current_scope() -> Scope:
    if not _scopes:
        raise SpecError("layers can only be called while a function marked with @model is traced")
    return _scopes[-1]


def apply(cls: type[Op], *inputs: object, name: str | None = None, **attributes: object) -> Tensor:
    """Append one op to the trace; the line of the model is in every error."""
    with _located():
        scope = current_scope()
        if cls.kind == "input":
            check_input(name, scope.prefix)
        own = scope.new_name(cls.stem, name)
        path = scope.path(name or cls.kind)
        tensors = [_local(scope, x, path) for x in inputs]
        types = tuple(t.type for t in tensors)
        check_arity(cls, len(types), path)
        op = cls.of(*types, **attributes)
        out = checked_type(op, types, path)
        node = Node(own, op, tuple(t._name for t in tensors), out)
        return scope.add(node)


def _local(scope: Scope, x: object, path: str) -> Tensor:
    if not isinstance(x, Tensor):
        many = isinstance(x, (list, tuple))
        hint = "; give each tensor as an argument of its own" if many else ""
        raise SpecError(f"{path}: expected a tensor of the model, got {shown(x)}{hint}")
    if x._scope is not scope:
        raise SpecError(
            f"{path}: {x!r} belongs to another block or model; pass it to the block as an argument"
        )
    return x


def block(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Keep a function as a unit of the model: emitters write it as one class.

    Tensors and plain values (numbers, words, tuples of whole numbers) may be its arguments; it
    returns one tensor. Calls take a further keyword `name`.
    """
    own: Any = getattr(function, "__name__", None)
    with _located():
        check_name(own, "block ")
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Tensor:
        with _located():
            outer = current_scope()
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            inner_name = outer.new_name(own, name)
            path = outer.path(inner_name)
            if outer.depth >= MAX_NESTING:
                raise SpecError(f"{path}: blocks are nested more than {MAX_NESTING} deep")
            inner = Scope(path + ".", outer.trace, outer.depth + 1)
            inputs, arguments = [], []
            for parameter, value in bound.arguments.items():
                if isinstance(value, Tensor):
                    local = _local(outer, value, path)
                    inner.types[parameter] = local.type
                    bound.arguments[parameter] = Tensor(inner, parameter, local.type)
                    inputs.append((parameter, local._name))
                else:
                    value = tuple(value) if isinstance(value, list) else value
                    arguments.append((parameter, value))
            check_call(path, own, [name for name, _ in inputs], arguments)
        _scopes.append(inner)
        try:
            result = function(*bound.args, **bound.kwargs)
        finally:
            _scopes.pop()
        with _located():
            result = _local(inner, result, f"the result of {path}")
            check_all_used([p for p, _ in inputs], inner.items, result._name, path + ".")
            made = Call(
                inner_name, own, tuple(arguments), tuple(inputs),
                tuple(inner.items), result._name, result.type,
            )  # fmt: skip
            return outer.add(made)

    return call


def trace(
    function: Callable[[], Tensor],
    *,
    name: str,
    summary: str,
    loss: Loss,
    optimizer: Optimizer,
    schedule: Schedule | None = None,
    clipping: Clipping | None = None,
    accumulate: int = 1,
) -> Spec:
    """Run a function of no arguments on symbolic tensors and return what it built.

    The learning rate is constant where no schedule is given.
    """
    check_name(name, "model ")
    if _scopes:
        raise SpecError(f"model {name}: a model cannot be made inside another; use @block")
    scope = Scope()
    _scopes.append(scope)
    try:
        result = function()
        with _located():
            output = _local(scope, result, f"the result of {name}")
    finally:
        _scopes.clear()
    inputs = [item for item in scope.items if isinstance(item, Node) and item.op.kind == "input"]
    body = [item for item in scope.items if item not in inputs]
    given = {} if schedule is None else {"schedule": schedule}
    made = Spec(
        name, summary, tuple(inputs), tuple(body), output._name, loss, optimizer,
        clipping=clipping, accumulate=accumulate, **given,
    )  # fmt: skip
    return check_whole(made)


def model(
    *,
    loss: Loss,
    optimizer: Optimizer,
    schedule: Schedule | None = None,
    clipping: Clipping | None = None,
    accumulate: int = 1,
) -> Callable[..., Callable[..., Spec]]:
    """Decorator: calling the function traces it and returns a `Spec`.

    The first line of the function's docstring becomes the summary of the specification.
    """

    def decorate(function: Callable[..., Tensor]) -> Callable[..., Spec]:
        summary = (inspect.getdoc(function) or function.__name__).splitlines()[0].rstrip(".")

        @functools.wraps(function)
        def make(*args: Any, **kwargs: Any) -> Spec:
            return trace(
                lambda: function(*args, **kwargs),
                name=function.__name__,
                summary=summary,
                loss=loss,
                optimizer=optimizer,
                schedule=schedule,
                clipping=clipping,
                accumulate=accumulate,
            )

        return make

    return decorate
