"""Makes a model that fails smaller while it still fails.

A candidate is an edit of the specification's JSON form that leaves less: fewer layers, no blocks,
smaller numbers. What an edit leaves unused goes with it, and what is no valid model is thrown away
by the reader that checks every specification. Nothing has to be known of how the model was made.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Callable, Dict, Iterator, List, Tuple, Union

import attrs

from zoo.errors import SpecError
from zoo.spec.graph import Item, Spec
from zoo.spec.op import OPS

CHECKS = 250
"""Most models that are tried."""

Data = Dict[str, Any]
Place = Tuple[Union[str, int], ...]
"""Keys and indices that lead to something in a specification's JSON form."""

Edit = Callable[[Data], None]
"""Changes a specification in its JSON form."""


def shrink(spec: Spec, fails: Callable[[Spec], bool], checks: int = CHECKS) -> Spec:
    """The smallest model found for which `fails` is true, as it is for `spec`."""
    tried = {spec.hash}

    def is_better(candidate: Spec | None) -> bool:
        if candidate is None or candidate.hash in tried or len(tried) > checks:
            return False
        tried.add(candidate.hash)
        return fails(candidate)

    before = None
    while before != spec:
        before = spec
        for move in (_training, _ends, _starts, _bypasses, _plain_names, _inlined, _numbers):
            position = 0
            edits = list(move(spec))
            while position < len(edits):
                candidate = _edited(spec, edits[position])
                if is_better(candidate):
                    assert candidate is not None
                    spec, edits = candidate, list(move(candidate))
                else:
                    position += 1
    return spec


def _edited(spec: Spec, edit: Edit) -> Spec | None:
    """The specification after an edit, without what became useless; None if there is none."""
    data = json.loads(spec.to_json())
    edit(data)
    _prune(data)
    try:
        return Spec.from_json(json.dumps(data))
    except SpecError:
        return None


def _training(spec: Spec) -> Iterator[Edit]:
    yield partial(_set, (), {"loss": {"kind": "mean_squared_error"}})
    yield partial(_set, ("optimizer",), {"momentum": 0.0})


def _set(place: Place, changes: Data, data: Data) -> None:
    _at(data, place).update(changes)


def _ends(spec: Spec) -> Iterator[Edit]:
    """An earlier layer is the output, of the model or of a block."""
    for place, owner in _owners(spec):
        for name in _names(owner):
            yield partial(_set, place, {"output": name})


def _starts(spec: Spec) -> Iterator[Edit]:
    """An input stands for a layer of the model."""
    for index, item in reversed(list(enumerate(spec.body))):
        yield partial(_become_input, index, item)


def _become_input(index: int, item: Item, data: Data) -> None:
    del data["body"][index]
    name = _plain(item.name)
    _rename(data, {item.name: name})
    op = {"kind": "input", "shape": list(item.type.shape), "dtype": "float", "below": 0}
    data["inputs"].append({"name": name, "op": op, "inputs": []})


def _bypasses(spec: Spec) -> Iterator[Edit]:
    """A layer or a block is left out: one of its inputs goes where its output went.

    Of more than two inputs, one may be left out.
    """
    for place, owner in _owners(spec):
        for index, item in enumerate(owner["body"]):
            for number in range(len(item["inputs"])):
                yield partial(_bypass, place, index, number)
                if "block" not in item and len(item["inputs"]) > 2:
                    yield partial(_drop_input, (*place, "body", index), number)


def _drop_input(place: Place, number: int, data: Data) -> None:
    del _at(data, place)["inputs"][number]


def _bypass(place: Place, index: int, number: int, data: Data) -> None:
    owner = _at(data, place)
    item = owner["body"].pop(index)
    _rename(owner, {item["name"]: _inputs(item)[number]})


def _plain_names(spec: Spec) -> Iterator[Edit]:
    """The elements of a chain become layers of their own."""
    for place, owner in _owners(spec):
        if any("." in item["name"] for item in owner["body"]):
            yield partial(_unchain, place)


def _unchain(place: Place, data: Data) -> None:
    owner = _at(data, place)
    names = {item["name"]: _plain(item["name"]) for item in owner["body"]}
    for item in owner["body"]:
        item["name"] = names[item["name"]]
    _rename(owner, names)


def _inlined(spec: Spec) -> Iterator[Edit]:
    """A block's layers stand where its call stood."""
    for place, owner in _owners(spec):
        for index, item in enumerate(owner["body"]):
            if "block" in item:
                yield partial(_inline, place, index)


def _inline(place: Place, index: int, data: Data) -> None:
    owner = _at(data, place)
    call = owner["body"][index]
    inner = {item["name"]: _plain(f"{call['name']}_{item['name']}") for item in call["body"]}
    for item in call["body"]:
        item["name"] = inner[item["name"]]
    _rename(call, {**call["inputs"], **inner})
    owner["body"][index : index + 1] = call["body"]
    _rename(owner, {call["name"]: call["output"]})


def _numbers(spec: Spec) -> Iterator[Edit]:
    """An attribute of a layer, or of an input, takes its default or a smaller value."""
    for place, node in _nodes(spec):
        given = node["op"]
        for field in attrs.fields(OPS[given["kind"]]):
            if field.name in given:  # else it has its default
                for value in _less(given[field.name], field.default):
                    yield partial(_set, (*place, "op"), {field.name: value})


def _less(value: Any, default: Any) -> Iterator[Any]:
    """Simpler values, the simplest first."""
    plain = list(default) if isinstance(default, tuple) else default
    if default is not attrs.NOTHING and value != plain:
        yield plain
    if value is False and default is attrs.NOTHING:
        yield True
    elif type(value) is int:
        yield from (n for n in dict.fromkeys((0, 1, 2, value // 2, value - 1)) if 0 <= n < value)
    elif isinstance(value, float):
        yield from (n for n in (0.0, 0.5) if n < value)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            for smaller in _less(each, attrs.NOTHING):
                yield [*value[:index], smaller, *value[index + 1 :]]


def _nodes(spec: Spec) -> Iterator[Tuple[Place, Data]]:
    """Inputs and layers, each with its place in the JSON form."""
    for place, owner in _owners(spec):
        for key in ("inputs", "body") if not place else ("body",):
            for index, item in enumerate(owner[key]):
                if "block" not in item:
                    yield (*place, key, index), item


def _owners(spec: Spec) -> List[Tuple[Place, Data]]:
    """The model and its calls of blocks, each with its place in the JSON form."""
    found: List[Tuple[Place, Data]] = []

    def walk(owner: Data, place: Place) -> None:
        found.append((place, owner))
        for index, item in enumerate(owner["body"]):
            if "block" in item:
                walk(item, (*place, "body", index))

    walk(json.loads(spec.to_json()), ())
    return found


def _at(data: Any, place: Place) -> Any:
    for step in place:
        data = data[step]
    return data


def _inputs(item: Data) -> List[str]:
    inputs = item["inputs"]
    return list(inputs.values() if isinstance(inputs, dict) else inputs)


def _names(owner: Data) -> List[str]:
    """What may be its output: a block's inputs and every layer."""
    inputs = owner["inputs"] if "block" in owner else ()
    return [*inputs, *(item["name"] for item in owner["body"])]


def _plain(name: str) -> str:
    return name.replace(".", "_")


def _rename(owner: Data, names: Dict[str, str]) -> None:
    """Let everything in a body that reads certain names read others."""
    for item in owner["body"]:
        inputs = item["inputs"]
        if isinstance(inputs, dict):
            item["inputs"] = {key: names.get(name, name) for key, name in inputs.items()}
        else:
            item["inputs"] = [names.get(name, name) for name in inputs]
    owner["output"] = names.get(owner["output"], owner["output"])


def _prune(owner: Data) -> None:
    """Take away what the output does not depend on, in blocks first."""
    for item in owner["body"]:
        if "block" in item:
            _prune(item)
    used = {owner["output"]}
    body: List[Data] = []
    for item in reversed(owner["body"]):
        if item["name"] in used:
            used.update(_inputs(item))
            body.insert(0, item)
    owner["body"] = body
    inputs = owner["inputs"]
    if isinstance(inputs, dict):
        owner["inputs"] = {name: outer for name, outer in inputs.items() if name in used}
    else:
        owner["inputs"] = [node for node in inputs if node["name"] in used]
