"""JSON: round trip, and what a broken or hostile file gets."""

from __future__ import annotations

import json
from typing import Any, Callable

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.cases import CASES
from zoo.errors import SpecError
from zoo.models import registry
from zoo.spec import Spec
from zoo.spec.serialization import SCHEMA
from zoo.training import (
    OPTIMIZERS,
    SGD,
    ClipGlobalNorm,
    ClipValue,
    Constant,
    Cosine,
    SoftmaxCrossEntropy,
    StepDecay,
)

SPECS = {
    **CASES,
    **{f"{m}-{p}": registry.build(m, p) for m in registry.MODELS for p in registry.presets(m)},
}


@pytest.mark.parametrize("name", SPECS)
def test_round_trip_gives_an_equal_object(name: str) -> None:
    """Equal in every attribute and in its hash, compact or indented."""
    spec = SPECS[name]
    for indent in (None, 2):
        again = Spec.from_json(spec.to_json(indent=indent))
        assert again == spec
        assert again.hash == spec.hash
        assert again.states == spec.states


def test_the_published_schema_is_a_valid_one() -> None:
    """The schema obeys its own standard."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_hash_does_not_depend_on_the_process() -> None:
    """A recorded hash stays valid; if this fails, the format changed and needs a new version."""
    assert registry.build("lenet5").hash == Spec.from_json(registry.build("lenet5").to_json()).hash
    assert len({spec.hash for spec in CASES.values()}) == len(CASES)


RECORDED = {
    "mlp": "0317d2764c6b4e989866374e4b75122c97f274b600ac2e6c977d531a4b986142",
    "lenet5": "6ac59922ad22d851b828335e6f1b3df8b767cacb15efb3412181e1d58d807d13",
    "resnet20": "42c9d84cea8d10d30c91974e3c1d02eb1c3f72fb47e258ce7900c5ec14d23cfd",
    "transformer": "75c2b3bf75e76e789f47fa9dbba9d366e2acc87cf63b4d848f0364a086bab480",
}
"""Hashes from before there were schedules, clipping, accumulation and weight decay."""


@pytest.mark.parametrize("name", RECORDED)
def test_what_came_later_changes_no_hash_while_it_is_at_its_default(name: str) -> None:
    """Written out, the defaults are read as the same specification."""
    spec = registry.build(name)
    assert spec.hash == RECORDED[name]
    data = json.loads(spec.to_json())
    assert set(data["optimizer"]) == {"kind", "learning_rate", "momentum"}
    data["optimizer"].update(nesterov=False, decay_excludes=[])
    data.update(schedule={"kind": "constant", "warmup_steps": 0}, accumulate=1)
    assert Spec.from_json(json.dumps(data)).hash == RECORDED[name]


def test_dropout_of_before_is_the_inverted_form() -> None:
    """JSON has the form where it is the other one."""
    inverted = CASES["dropout_of_images_and_vectors"]
    assert '"form"' not in inverted.to_json()
    stated = inverted.to_json().replace('"drop_rate":', '"form": "inverted", "drop_rate":')
    assert Spec.from_json(stated) == inverted
    original = Spec.from_json(stated.replace("inverted", "original"))
    assert original.to_json().count('"form"') == 2
    assert original.hash != inverted.hash


TRAINED: dict[str, dict[str, Any]] = {
    "nesterov": {"optimizer": SGD(momentum=0.9, nesterov=True)},
    "excludes": {"optimizer": SGD(weight_decay=0.1, decay_excludes=("norm", "bias"))},
    "smoothing": {"loss": SoftmaxCrossEntropy(label_smoothing=0.1)},
    "warm-up": {"schedule": Constant(warmup_steps=5)},
    "clipping": {"clipping": ClipGlobalNorm(max_norm=1.0)},
    "accumulation": {"accumulate": 4},
    **{kind: {"optimizer": cls()} for kind, cls in OPTIMIZERS.items()},
    "step_decay": {"schedule": StepDecay(every=30)},
    "cosine": {"schedule": Cosine(steps=100, end_fraction=0.1, warmup_steps=5)},
    "clip_value": {"clipping": ClipValue(limit=0.5)},
}


@pytest.mark.parametrize("name", TRAINED)
def test_how_a_model_is_trained_survives_the_round_trip(name: str) -> None:
    """And is part of the hash."""
    plain = registry.build("mlp", "tiny")
    spec = plain.replace(**TRAINED[name])
    again = Spec.from_json(spec.to_json())
    assert again == spec
    assert again.hash == spec.hash != plain.hash


def changed(change: Callable[[Any], Any]) -> str:
    data = json.loads(registry.build("resnet20", "tiny").to_json())
    change(data)
    return json.dumps(data)


def conv(data: Any) -> Any:
    return data["body"][0]


def argued(value: object) -> str:
    return changed(lambda d: d["body"][3]["arguments"].update(value=value))


def rename(data: Any, name: str) -> None:
    """The input, also where it is read."""
    assert data["inputs"][0]["name"] == conv(data)["inputs"][0]
    data["inputs"][0]["name"] = conv(data)["inputs"][0] = name


HOSTILE: dict[str, Any] = {
    "empty": "",
    "cut off": registry.build("mlp", "tiny").to_json()[:-20],
    "no object": "[]",
    "another version": changed(lambda d: d.update(schema="parityzoo-spec/99")),
    "no version": changed(lambda d: d.pop("schema")),
    "unknown key": changed(lambda d: d.update(extra=1)),
    "missing key": changed(lambda d: d.pop("output")),
    "wrong type": changed(lambda d: d.update(body="conv")),
    "unknown op": changed(lambda d: conv(d)["op"].update(kind="convolution")),
    "unknown attribute": changed(lambda d: conv(d)["op"].update(padding=1)),
    "missing attribute": changed(lambda d: conv(d)["op"].pop("pads")),
    "attribute's type": changed(lambda d: conv(d)["op"].update(channels="16")),
    "huge": changed(lambda d: conv(d)["op"].update(channels=10**9)),
    "digits without end": changed(lambda d: d).replace('"groups": 1', '"groups": ' + "9" * 5000, 1),
    "not a number": changed(lambda d: conv(d)["op"].update(groups=float("nan"))),
    "code as a name": changed(lambda d: conv(d).update(name="__import__('os').system('true')")),
    "name too long": changed(lambda d: conv(d).update(name="a" * 70)),
    "name twice": changed(lambda d: d["body"][1].update(name="conv1")),
    "cycle": changed(lambda d: conv(d).update(inputs=["fc"])),
    "own input": changed(lambda d: conv(d).update(inputs=["conv1"])),
    "shape": changed(lambda d: d["inputs"][0]["op"].update(shape=[3, 9])),
    "huge image": changed(lambda d: d["inputs"][0]["op"].update(shape=[3, 2**24, 2**24])),
    "block name": changed(lambda d: d["body"][3].update(block="a b")),
    "argument name": changed(lambda d: d["body"][3]["arguments"].update({"a)": 1})),
    "input in the body": changed(lambda d: d["body"].insert(0, d["inputs"][0])),
    "unknown output": changed(lambda d: d.update(output="nowhere")),
    "unknown loss": changed(lambda d: d["loss"].update(kind="hinge")),
    "optimizer out of range": changed(lambda d: d["optimizer"].update(learning_rate=-1)),
    "optimizer's words": changed(lambda d: d["optimizer"].update(decay_excludes=["weight"])),
    "words without end": changed(lambda d: d["optimizer"].update(decay_excludes=["bias"] * 17)),
    "a long word": changed(lambda d: d["optimizer"].update(decay_excludes=["a" * 10_000])),
    "unknown schedule": changed(lambda d: d.update(schedule={"kind": "linear"})),
    "schedule lacks": changed(lambda d: d.update(schedule={"kind": "cosine"})),
    "no schedule": changed(lambda d: d.update(schedule=None)),
    "unknown clipping": changed(lambda d: d.update(clipping={"kind": "norm"})),
    "no accumulation": changed(lambda d: d.update(accumulate=0)),
    "half an accumulation": changed(lambda d: d.update(accumulate=1.5)),
    "accumulation's type": changed(lambda d: d.update(accumulate=True)),
    "input of a chain": changed(lambda d: rename(d, "x.0")),
    "infinite argument": argued(3).replace('"value": 3', '"value": 1e999'),
    "digits in an argument": argued(10**400),
    "words in an argument": argued(["a"]),
    "no text": None,
    "key twice": '{"schema": "parityzoo-spec/1", "schema": "parityzoo-spec/1"}',
    "nested lists": "[" * 10_000 + "]" * 10_000,
    "nested objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "lone surrogate": changed(lambda d: conv(d).update(name="\ud800")),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_file_is_one_clear_error(name: str) -> None:
    """One line, of a size that a terminal can hold, and nothing else happens."""
    with pytest.raises(SpecError) as caught:
        Spec.from_json(HOSTILE[name])
    assert "\n" not in str(caught.value)
    assert 10 < len(str(caught.value)) < 600


def test_deeply_nested_blocks_are_refused() -> None:
    """A file may nest blocks no deeper than a trace may."""

    def nest(depth: int) -> dict[str, Any]:
        if depth == 0:
            op = {"kind": "dense", "units": 2, "bias": True}
            return {"name": "r", "op": op, "inputs": ["x"]}
        return {"name": "b", "block": "b", "arguments": {}, "inputs": {"x": "x"},
                "body": [nest(depth - 1)], "output": "b" if depth > 1 else "r"}  # fmt: skip

    data = json.loads(registry.build("mlp", "tiny").to_json())
    for depth, good in ((16, True), (17, False), (200, False)):
        data.update(body=[nest(depth)], output="b", loss={"kind": "mean_squared_error"})
        if good:
            assert Spec.from_json(json.dumps(data)).nodes
        else:
            with pytest.raises(SpecError, match="nested"):
                Spec.from_json(json.dumps(data))


def test_a_million_layers_are_refused_at_once() -> None:
    """The count is checked before anything is built."""
    data = json.loads(registry.build("mlp", "tiny").to_json())
    data["body"] = [{"name": "a", "op": {"kind": "relu"}, "inputs": ["x"]}] * 30_000
    with pytest.raises(SpecError):
        Spec.from_json(json.dumps(data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_place_gives_an_error_or_a_spec(data: Any) -> None:
    """Any JSON value anywhere: a SpecError or a valid specification, never another exception."""
    tree = json.loads(registry.build("mlp", "tiny").to_json())
    place = tree
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(JSON)
    try:
        spec = Spec.from_json(json.dumps(tree))
    except SpecError:
        return
    assert Spec.from_json(spec.to_json()) == spec
