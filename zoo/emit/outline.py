"""Block calls merged into classes with parameters.

The trace holds every call of a block in full. Calls of one block that differ only in numbers
(sizes, strides, rates) become one class, whose constructor takes those numbers; a layer that only
some calls have becomes optional if an argument of the block says which. Consecutive elements of a
chain (`layer1.0`, `layer1.1`, ...) become one member. Calls that differ otherwise get a class of
their own, so the result always means the same as the trace.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Callable, Mapping, Optional, Tuple, Union

import attrs

from zoo.emit.names import Namespace, camel_case
from zoo.emit.parameters import Expression, Parameters, is_argument
from zoo.spec.graph import Call, Item, Node, Spec, item_inputs
from zoo.spec.op import Op, TensorType


@attrs.frozen
class Layer:
    """One op in a class; `fields` are its attributes and sizes as expressions."""

    name: str
    op: Op
    inputs: Tuple[str, ...]
    fields: Mapping[str, Expression]
    input_types: Tuple[TensorType, ...]
    facts: Any = None
    condition: Optional[str] = None

    def __getitem__(self, field: str) -> Expression:
        return self.fields[field]


@attrs.frozen
class Use:
    """One use of a block's class in another class."""

    name: str
    cls: "BlockClass"
    inputs: Tuple[str, ...]
    arguments: Mapping[str, Expression]
    condition: Optional[str] = None


@attrs.frozen
class Chain:
    """Elements that each take the one before; `runs` are (element, how often in a row)."""

    name: str
    runs: Tuple[Tuple[Union[Layer, Use], int], ...]
    inputs: Tuple[str, ...]
    output: str
    condition: Optional[str] = None


Member = Union[Layer, Use, Chain]


@attrs.frozen(eq=False)
class BlockClass:
    """A class to be written: constructor parameters, members in order, forward pass.

    `defaults` holds the constructor's default values; `inputs` are the parameters of the forward
    pass; `output` the member (or input) that it returns; `found` variables that stand for the
    last axes of inputs, by input.
    """

    name: str
    parameters: Tuple[str, ...]
    defaults: Mapping[str, Expression]
    members: Tuple[Member, ...]
    inputs: Tuple[str, ...]
    output: str
    found: Mapping[str, str] = MappingProxyType({})


FieldsOf = Callable[[str, Node, Tuple[TensorType, ...]], Tuple[Mapping[str, Any], Any]]
"""(path, node, input types) -> (fields, facts): numbers and anything structural of a node."""


@attrs.frozen
class _Instance:
    """One call with everything resolved that decides which class it belongs to."""

    path: str
    call: Call
    types: Mapping[str, TensorType]


class Outline:
    """Builds the classes of a specification; `classes` are in an order in which they can stand."""

    def __init__(
        self,
        spec: Spec,
        model_class: str,
        fields_of: FieldsOf,
        names: Namespace,
        local: Callable[[str], str],
        block_name: Callable[[str], str] = camel_case,
        *,
        finds_widths: bool = False,
    ) -> None:
        """`names` makes class names, `local` keeps a parameter's name off the module's names.

        With `finds_widths`, a number may stand for the last axis of an input, if no parameter does.
        """
        self._fields_of, self._names, self._local = fields_of, names, local
        self._block_name, self._finds_widths = block_name, finds_widths
        self._class_of: dict[str, BlockClass] = {}
        self._arguments: dict[str, dict[str, Any]] = {}
        self.classes: list[BlockClass] = []
        instances = _instances(spec)
        for group in _in_order(instances):
            self._merge(group[0].call.block, group)
        types = {item.name: item.type for item in (*spec.inputs, *spec.body)}
        members = self._members(spec.body, [("", spec.body, types)], {}, None)
        inputs = tuple(node.name for node in spec.inputs)
        self.model = BlockClass(model_class, (), {}, members, inputs, spec.output)

    def _merge(self, block: str, instances: list[_Instance]) -> None:
        """Split the calls of a block into groups that one class can serve, and make each."""
        rest = sorted(instances, key=lambda i: -len(i.call.body))
        while rest:
            template, group = rest[0], [rest[0]]
            others: list[_Instance] = []
            for instance in rest[1:]:
                fits = (
                    self._fits(template, instance)
                    and self._conditions(template, [*group, instance]) is not None
                )
                (group if fits else others).append(instance)
            self._make(block, template, group)
            rest = others

    def _fits(self, template: _Instance, instance: _Instance) -> bool:
        """Whether an instance is the template with some one-input layers left out."""
        present = {item.name: item for item in instance.call.body}
        stands_for: dict[str, str] = {name: name for name, _ in template.call.inputs}
        if [name for name, _ in instance.call.inputs] != list(stands_for):
            return False
        for item in template.call.body:
            inputs = [stands_for[name] for name in item_inputs(item)]
            other = present.pop(item.name, None)
            if other is None:
                if len(inputs) != 1 or "." in item.name:  # a chain has all of its elements
                    return False
                stands_for[item.name] = inputs[0]
            elif list(item_inputs(other)) != inputs or self._shape(template, item) != self._shape(
                instance, other
            ):
                return False
            else:
                stands_for[item.name] = item.name
        return not present and stands_for[template.call.output] == instance.call.output

    def _shape(self, instance: _Instance, item: Item) -> Any:
        """What must be equal for two layers to be written by one line."""
        path = f"{instance.path}.{item.name}"
        if isinstance(item, Call):
            return self._class_of[path]
        fields, facts = self._fields_of(path, item, self._types(instance, item))
        fixed = {k: v for k, v in fields.items() if not is_argument(item.op, k)}
        return item.op.kind, repr(fixed), facts, tuple(len(fields[k]) if isinstance(
            fields[k], tuple) else 0 for k in sorted(fields))  # fmt: skip

    def _types(self, instance: _Instance, item: Item) -> tuple[TensorType, ...]:
        return tuple(instance.types[name] for name in item_inputs(item))

    def _conditions(self, template: _Instance, group: list[_Instance]) -> dict[str, str] | None:
        """For each layer that some calls lack, the argument that says so; None if there is none."""
        conditions = {}
        for item in template.call.body:
            has = [any(item.name == other.name for other in i.call.body) for i in group]
            if all(has):
                continue
            for name, _ in template.call.arguments:
                values = [dict(i.call.arguments).get(name) for i in group]
                if [bool(value) for value in values] == has:
                    conditions[item.name] = self._local(name)
                    break
            else:
                return None
        return conditions

    def _make(self, block: str, template: _Instance, group: list[_Instance]) -> None:
        conditions = self._conditions(template, group) or {}
        widths = self._widths(group) if self._finds_widths else {}
        numbers = Parameters([each.call for each in group], self._local, widths)
        bodies = [(i.path + ".", i.call.body, i.types) for i in group]
        members = self._members(template.call.body, bodies, conditions, numbers)
        for name in conditions.values():
            numbers.use(name)
        parameters = numbers.parameters()
        defaults = numbers.defaults()
        made = BlockClass(
            self._names.new(self._block_name(block)),
            tuple(sorted(parameters, key=lambda p: p in defaults)),
            defaults,
            members,
            tuple(name for name, _ in template.call.inputs),
            template.call.output,
            numbers.found,
        )
        self.classes.append(made)
        for index, instance in enumerate(group):
            self._class_of[instance.path] = made
            self._arguments[instance.path] = {p: v[index] for p, v in parameters.items()}

    def _widths(self, group: list[_Instance]) -> dict[str, list[int]]:
        """Features of the vectors and sequences that the calls take; images may be turned."""
        taken = {name: [i.types[name] for i in group] for name, _ in group[0].call.inputs}
        return {
            name: [type.shape[-1] for type in types]
            for name, types in taken.items()
            if all(type.dtype == "float" and len(type.shape) in (1, 2) for type in types)
        }

    def _members(
        self,
        body: tuple[Item, ...],
        bodies: list[Any],
        conditions: dict[str, str],
        numbers: Parameters | None,
    ) -> tuple[Member, ...]:
        """Members of a class from its body in every call that it serves, the template's first."""
        members: list[Member] = []
        chains: dict[str, list[Any]] = {}
        for item in body:
            fields: list[Mapping[str, Any] | None] = []
            facts: Any = None
            for prefix, items, types in bodies:
                match = next((other for other in items if other.name == item.name), None)
                if match is None:
                    fields.append(None)
                    continue
                if isinstance(match, Node):
                    inputs = tuple(types[name] for name in match.inputs)
                    values, facts = self._fields_of(prefix + match.name, match, inputs)
                    fields.append(values)
                else:
                    fields.append(self._arguments[prefix + match.name])
            expressions = _expressions(item, fields, numbers)
            prefix, _, types = bodies[0]
            condition = conditions.get(item.name)
            member: Member
            if isinstance(item, Node):
                inputs = tuple(types[name] for name in item.inputs)
                member = Layer(
                    item.name, item.op, item.inputs, expressions, inputs, facts, condition
                )
            else:
                cls = self._class_of[prefix + item.name]
                member = Use(item.name, cls, tuple(item_inputs(item)), expressions, condition)
            base, _, index = item.name.partition(".")
            if index:
                chains.setdefault(base, []).append(member)
                if index != "0":
                    members.pop()
                members.append(_chain(base, chains[base]))
            else:
                members.append(member)
        return tuple(members)


def _chain(name: str, elements: list[Any]) -> Chain:
    runs: list[tuple[Any, int]] = []
    for element in elements:
        if runs and _alike(runs[-1][0], element):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((element, 1))
    return Chain(name, tuple(runs), elements[0].inputs, elements[-1].name)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Use) and isinstance(other, Use):
        return one.cls is other.cls and one.arguments == other.arguments
    blank = {"name": "", "inputs": ()}
    return type(one) is type(other) and attrs.evolve(one, **blank) == attrs.evolve(other, **blank)


def _instances(spec: Spec) -> list[_Instance]:
    """Every call with its full path, inner calls before the outer ones."""
    found: list[_Instance] = []

    def walk(body: tuple[Item, ...], prefix: str) -> None:
        for item in body:
            if isinstance(item, Call):
                walk(item.body, f"{prefix}{item.name}.")
                found.append(_Instance(prefix + item.name, item, {}))

    walk(spec.body, "")
    types = {node.name: node.type for node in spec.inputs}
    typed = _types_of_calls(spec.body, "", types)
    return [attrs.evolve(instance, types=typed[instance.path]) for instance in found]


def _in_order(instances: list[_Instance]) -> list[list[_Instance]]:
    """Calls by block, inner blocks first; if a block contains itself, by nesting height too."""
    recursive = any(_contains(i.call, i.call.block) for i in instances)
    groups: dict[Any, list[_Instance]] = {}
    for instance in instances:
        height = _height(instance.call) if recursive else 0
        groups.setdefault((instance.call.block, height), []).append(instance)
    return sorted(groups.values(), key=lambda group: max(_height(i.call) for i in group))


def _contains(call: Call, block: str) -> bool:
    inner = [item for item in call.body if isinstance(item, Call)]
    return any(item.block == block or _contains(item, block) for item in inner)


def _height(call: Call) -> int:
    return 1 + max((_height(i) for i in call.body if isinstance(i, Call)), default=0)


def _types_of_calls(
    body: tuple[Item, ...], prefix: str, types: dict[str, TensorType]
) -> dict[str, dict[str, TensorType]]:
    found: dict[str, dict[str, TensorType]] = {}
    for item in body:
        if isinstance(item, Call):
            inner = {parameter: types[outer] for parameter, outer in item.inputs}
            path = prefix + item.name
            found.update(_types_of_calls(item.body, path + ".", inner))
            found[path] = inner
        types[item.name] = item.type
    return found


def _expressions(
    item: Item, fields: list[Any], numbers: Parameters | None
) -> dict[str, Expression]:
    first = fields[0]
    made = {}
    for name in first:
        values = [None if f is None else f[name] for f in fields]
        argument = isinstance(item, Call) or is_argument(item.op, name)
        made[name] = numbers.expression(name, values) if numbers and argument else first[name]
    return made
