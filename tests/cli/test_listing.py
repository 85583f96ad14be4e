"""`zoo list` prints tables for people and JSON for programs."""

from __future__ import annotations

import json

from zoo.models import registry
from zoo.ops import OPS
from zoo.training import CLIPPINGS, LOSSES, OPTIMIZERS, SCHEDULES

from .conftest import lines


def test_models_are_listed_with_their_costs(zoo) -> None:
    """Names in the registry's order, numbers with separators."""
    first, second, *_ = lines(zoo("list", "models").stdout)
    assert first.split() == ["model", "parameters", "FLOPs", "presets", "summary"]
    assert second == (
        "mlp             670,730    1,340,426  default digits tiny  MLP, a multilayer perceptron "
        "with batch normalisation (Ioffe and Szegedy 2015) and dropout"
    )


def test_models_as_json_have_arguments_and_presets(zoo) -> None:
    """`name` is the first key of each object."""
    found = json.loads(zoo("list", "models", "--json").stdout)
    assert [each["name"] for each in found] == list(registry.MODELS)
    assert list(found[0]) == ["name", "summary", "parameters", "flops", "arguments", "presets"]
    assert found[0]["arguments"] == {
        "features": 784, "hidden": [512, 512], "classes": 10, "drop_rate": 0.5,
    }  # fmt: skip
    assert set(found[0]["presets"]) == {"default", "digits", "tiny"}


def test_every_op_is_listed_with_its_attributes(zoo) -> None:
    """An attribute that has to be given has no default."""
    found = {each["name"]: each for each in json.loads(zoo("list", "ops", "--json").stdout)}
    assert set(found) == set(OPS)
    assert found["dense"]["attributes"] == {"units": None, "bias": True}
    assert found["relu"]["summary"] == "Rectified linear unit: max(x, 0), with derivative 0 at 0."


def test_what_trains_a_model_is_listed_like_ops(zoo) -> None:
    """Optimizers, losses, schedules and clippings, with their defaults."""
    found = {each["name"]: each for each in json.loads(zoo("list", "optimizers", "--json").stdout)}
    assert set(found) == set(OPTIMIZERS)
    assert found["adamw"]["attributes"]["weight_decay"] == 0.01
    for what, known in (("losses", LOSSES), ("schedules", SCHEDULES), ("clippings", CLIPPINGS)):
        first, *rest = lines(zoo("list", what).stdout)
        assert first.split()[1:] == ["attributes", "summary"]
        assert [line.split()[0] for line in rest] == sorted(known)


def test_no_line_is_wrapped_in_a_pipe(zoo) -> None:
    """One line an op, so that it can be searched."""
    assert len(lines(zoo("list", "ops").stdout)) == len(OPS) + 1


def test_backends_are_listed_with_their_environment(zoo, pretend) -> None:
    """The framework's version is the pinned one, whether or not it is installed."""
    assert lines(zoo("list", "backends").stdout) == [
        "backend  framework      modes        adapter                environment",
        "pretend  Pretend 3.2.1  eager graph  parityzoo-pretend 0.7  not built",
    ]


def test_backends_as_json_have_pins_and_the_given_interpreter(zoo, pretend) -> None:
    """`--python` makes an environment a given one."""
    words = ("list", "backends", "--python", "pretend=/some/python", "--json")
    assert json.loads(zoo(*words).stdout) == [
        {
            "name": "pretend",
            "framework": "Pretend",
            "modes": ["eager", "graph"],
            "distribution": "parityzoo-pretend",
            "version": "0.7",
            "framework_version": "3.2.1",
            "pins": ["pretendframe==3.2.1", "numpy==1.0", "safetensors"],
            "environment": "given",
            "interpreter": "/some/python",
        }
    ]


def test_json_goes_to_a_file_beside_the_table(zoo, tmp_path) -> None:
    """`--json FILE` does not replace what is printed."""
    file = tmp_path / "models.json"
    assert zoo("list", "models", "--json", file).stdout == zoo("list", "models").stdout
    assert file.read_text() == zoo("list", "models", "--json", "-").stdout
