"""Versioned JSON of a specification, and reading it back from an untrusted source.

Reading runs nothing: the text is parsed within limits, its structure is checked against a JSON
schema, and the graph is rebuilt by the same checks that tracing makes. Only then does a `Spec`
exist.
"""

from __future__ import annotations

import json
from typing import Any

import attrs
import jsonschema

from zoo.errors import SpecError, nearest, shown
from zoo.spec.checks import (
    MAX_ARGUMENTS,
    MAX_INPUTS,
    MAX_NUMBERS,
    MAX_TENSORS,
    MAX_WORDS,
    check_all_used,
    check_call,
    check_chain,
    check_free_name,
    check_input,
    check_name,
    check_whole,
    checked_type,
)
from zoo.spec.declared import Declared
from zoo.spec.graph import Call, Item, Node, Spec
from zoo.spec.op import OPS, Op, TensorType
from zoo.spec.trace import MAX_NESTING, MAX_NODES

VERSION = 1
MAX_BYTES = 16 * 2**20

_NAME = {"type": "string", "maxLength": 80}
_SCALAR = {
    "anyOf": [
        {"type": ["boolean", "number", "null"]},
        {"type": "string", "maxLength": MAX_WORDS},
        {"type": "array", "items": {"type": "integer"}, "maxItems": MAX_NUMBERS},
        {"type": "array", "items": _NAME, "maxItems": 16},
    ]
}
_ARGUMENT = {"anyOf": _SCALAR["anyOf"][:-1]}
_DECLARED = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": _NAME},
    "additionalProperties": _SCALAR,
    "maxProperties": 32,
}


def _record(optional: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
    }


_ITEMS = {"type": "array", "maxItems": MAX_NODES, "items": {"$ref": "#/$defs/item"}}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "parityzoo model specification",
    **_record(
        schema={"const": f"parityzoo-spec/{VERSION}"},
        name=_NAME,
        summary={"type": "string", "maxLength": MAX_WORDS},
        inputs={
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_INPUTS,
            "items": {"$ref": "#/$defs/node"},
        },
        body={**_ITEMS, "minItems": 1},
        output=_NAME,
        loss=_DECLARED,
        optimizer=_DECLARED,
        optional={
            "schedule": _DECLARED,
            "clipping": _DECLARED,
            "accumulate": {"type": "integer"},
        },
    ),
    "$defs": {
        "item": {
            "type": "object",
            "if": {"required": ["block"]},
            "then": {"$ref": "#/$defs/call"},
            "else": {"$ref": "#/$defs/node"},
        },
        "node": _record(
            name=_NAME,
            op=_DECLARED,
            inputs={"type": "array", "maxItems": 16, "items": _NAME},
        ),
        "call": _record(
            name=_NAME,
            block=_NAME,
            arguments={
                "type": "object",
                "maxProperties": MAX_ARGUMENTS,
                "additionalProperties": _ARGUMENT,
            },
            inputs={"type": "object", "maxProperties": MAX_TENSORS, "additionalProperties": _NAME},
            body=_ITEMS,
            output=_NAME,
        ),
    },
}
"""JSON schema of a serialised specification (draft 2020-12)."""


def dump(spec: Spec, *, indent: int | None = None) -> str:
    """Canonical JSON of a specification: fixed key order, no spaces unless `indent` is given.

    A schedule, a clipping and an accumulation are written only where they are not the default:
    they came after specifications had been written without them, and a recorded hash stays valid.
    """
    from zoo.training import Constant

    data: dict[str, Any] = {
        "schema": f"parityzoo-spec/{VERSION}",
        "name": spec.name,
        "summary": spec.summary,
        "inputs": [_item(node) for node in spec.inputs],
        "body": [_item(item) for item in spec.body],
        "output": spec.output,
        "loss": _declared(spec.loss),
        "optimizer": _declared(spec.optimizer),
    }
    if spec.schedule != Constant():
        data["schedule"] = _declared(spec.schedule)
    if spec.clipping is not None:
        data["clipping"] = _declared(spec.clipping)
    if spec.accumulate != 1:
        data["accumulate"] = spec.accumulate
    separators = None if indent else (",", ":")
    return json.dumps(data, indent=indent, separators=separators, allow_nan=False)


def _declared(thing: Declared) -> dict[str, Any]:
    return {"kind": thing.kind, **thing.stored()}


def _item(item: Item) -> dict[str, Any]:
    if isinstance(item, Node):
        return {"name": item.name, "op": _declared(item.op), "inputs": list(item.inputs)}
    return {
        "name": item.name,
        "block": item.block,
        "arguments": dict(item.arguments),
        "inputs": dict(item.inputs),
        "body": [_item(inner) for inner in item.body],
        "output": item.output,
    }


def load(text: str) -> Spec:
    """Read a specification; raises SpecError with one line on anything that does not hold."""
    data = _parse(text)
    _check_structure(data)
    from zoo.training import CLIPPINGS, LOSSES, OPTIMIZERS, SCHEDULES

    check_name(data["name"], "model ")
    reader = _Reader()
    inputs: list[Node] = []
    types: dict[str, TensorType] = {}
    for entry in data["inputs"]:
        check_input(entry["name"], "")
        node = reader.node(entry, types, "")
        if node.op.kind != "input":
            raise SpecError(f"{node.name}: only ops of kind input belong under inputs")
        inputs.append(node)
        types[node.name] = node.type
    body = reader.body(data["body"], types, "", 0)
    output = _reference(data["output"], types, "the output")
    loss = _make(LOSSES, data["loss"], "loss")
    optimizer = _make(OPTIMIZERS, data["optimizer"], "optimizer")
    more: dict[str, Any] = {}
    if "schedule" in data:
        more["schedule"] = _make(SCHEDULES, data["schedule"], "schedule")
    if "clipping" in data:
        more["clipping"] = _make(CLIPPINGS, data["clipping"], "clipping")
    if "accumulate" in data:
        more["accumulate"] = data["accumulate"]
    made = Spec(data["name"], data["summary"], tuple(inputs), body, output, loss, optimizer, **more)
    return check_whole(made)


def _parse(text: object) -> Any:
    if not isinstance(text, str):
        raise SpecError(f"the JSON must be text, as to_json gives it, got {shown(text)}")
    if len(text) > MAX_BYTES:
        raise SpecError(f"the JSON has {len(text)} characters, the limit is {MAX_BYTES}")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            twice = next(key for key in made if sum(key == other for other, _ in pairs) > 1)
            raise SpecError(f"the JSON has the key {shown(twice)} twice in one object")
        return made

    def refuse(word: str) -> Any:
        raise SpecError(f"the JSON holds {word}, which is no JSON number")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except RecursionError:
        raise SpecError(
            f"the JSON is nested too deeply; blocks nest {MAX_NESTING} deep at most"
        ) from None
    except json.JSONDecodeError as error:
        raise SpecError(
            f"not JSON, or cut off: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except ValueError as error:
        raise SpecError(f"the JSON cannot be read: {shown(str(error), 100)}") from None


def _check_structure(data: Any) -> None:
    version = data.get("schema") if isinstance(data, dict) else None
    if version != f"parityzoo-spec/{VERSION}":
        raise SpecError(
            f"not a specification of this version: schema must be 'parityzoo-spec/{VERSION}', "
            f"got {shown(version)}; write it again with this version of parityzoo"
        )
    try:
        validator = jsonschema.Draft202012Validator(SCHEMA)
        error = next(validator.iter_errors(data), None)
    except RecursionError:
        raise SpecError(f"blocks are nested too deeply; the limit is {MAX_NESTING}") from None
    if error is not None:
        where = error.json_path.replace("$", "specification", 1)
        rule = f"{error.validator} {shown(error.validator_value, 80)}"
        raise SpecError(f"{where[:200]}: expected {rule}, got {shown(error.instance)}")


def _reference(name: str, types: dict[str, TensorType], where: str) -> str:
    if name not in types:
        raise SpecError(
            f"{where} takes {shown(name)}, which nothing before it makes (a later name would be a "
            f"cycle); {nearest(name, list(types)[-20:])}"
        )
    return name


def _make(table: dict[str, Any], entry: dict[str, Any], where: str) -> Any:
    kind = entry["kind"]
    cls = table.get(kind)
    if cls is None:
        raise SpecError(f"{where}: unknown kind {shown(kind)}; {nearest(kind, table)}")
    fields = {field.name: field for field in attrs.fields(cls)}
    given = {key: value for key, value in entry.items() if key != "kind"}
    wrong = (set(given) - set(fields)) | (set(fields) - set(given) - set(cls.later))
    if wrong:
        raise SpecError(
            f"{where}: {kind} has the attributes {', '.join(fields) or 'none'}; "
            f"missing or unknown: {shown(', '.join(sorted(wrong)), 100)}"
        )
    try:
        return cls(**given)
    except SpecError as error:
        raise SpecError(f"{where}: {error}") from None


class _Reader:
    """Rebuilds the body with the checks of tracing, counting as it goes."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, entry: dict[str, Any], types: dict[str, TensorType], prefix: str) -> Node:
        path = prefix + entry["name"]
        op: Op = _make(OPS, entry["op"], path[:200])
        inputs = tuple(_reference(name, types, path) for name in entry["inputs"])
        check_free_name(entry["name"], types, prefix)
        out = checked_type(op, tuple(types[name] for name in inputs), path)
        return Node(entry["name"], op, inputs, out)

    def body(
        self, entries: list[dict[str, Any]], types: dict[str, TensorType], prefix: str, depth: int
    ) -> tuple[Item, ...]:
        if depth > MAX_NESTING:
            raise SpecError(f"{prefix[:200]}: blocks are nested more than {MAX_NESTING} deep")
        items: list[Item] = []
        for entry in entries:
            self.count += 1
            if self.count > MAX_NODES:
                raise SpecError(f"the model has more than {MAX_NODES} layers and blocks")
            item = self.call(entry, types, prefix, depth) if "block" in entry else self.node(
                entry, types, prefix
            )  # fmt: skip
            if isinstance(item, Node) and item.op.kind == "input":
                raise SpecError(f"{prefix}{item.name}: inputs belong under inputs, not in a body")
            check_chain(item, items, prefix)
            items.append(item)
            types[item.name] = item.type
        return tuple(items)

    def call(
        self, entry: dict[str, Any], types: dict[str, TensorType], prefix: str, depth: int
    ) -> Call:
        path = prefix + entry["name"]
        check_free_name(entry["name"], types, prefix)
        arguments = [
            (name, tuple(value) if isinstance(value, list) else value)
            for name, value in entry["arguments"].items()
        ]
        check_call(path, entry["block"], list(entry["inputs"]), arguments)
        for parameter, _ in arguments:
            if parameter in entry["inputs"]:
                raise SpecError(f"{path}: {parameter} is both a tensor and an argument")
        inputs, inner = [], {}
        for parameter, outer in entry["inputs"].items():
            inputs.append((parameter, _reference(outer, types, path)))
            inner[parameter] = types[outer]
        body = self.body(entry["body"], inner, path + ".", depth + 1)
        output = _reference(entry["output"], inner, f"the output of {path}")
        check_all_used([name for name, _ in inputs], body, output, path + ".")
        return Call(
            entry["name"], entry["block"], tuple(arguments), tuple(inputs), body, output,
            inner[output],
        )  # fmt: skip
