"""Parts of models: all that leads to a layer, and a layer by itself."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conformance.cases import CASES
from zoo import oracle
from zoo.errors import SpecError
from zoo.models import registry
from zoo.parity import parts
from zoo.spec import Spec, initial
from zoo.spec.checks import check_whole

MODELS = {**CASES, **{name: registry.build(name, "tiny") for name in registry.MODELS}}


@pytest.mark.parametrize("name", MODELS)
def test_parts_are_models(name: str) -> None:
    """Each goes to JSON and back; only a part without parameters and axes cannot be run."""
    spec = MODELS[name]
    for node in spec.nodes:
        for cut in (parts.leading_to, parts.alone):
            try:
                part = cut(spec, node.path)
            except SpecError:
                assert node.type.shape == ()
                continue
            assert check_whole(part) is part
            assert Spec.from_json(part.to_json()) == part


@pytest.mark.parametrize("name", registry.MODELS)
def test_what_leads_to_a_layer_computes_its_output(name: str) -> None:
    """The same numbers as in the whole model, under the same names."""
    spec = registry.build(name, "tiny")
    state, inputs = initial.generic_state(spec), initial.random_inputs(spec, 4)
    target, masks = initial.random_target(spec, 4), initial.masks(spec, 4)
    values = oracle.passed(spec, state, inputs, target, training=True, masks=masks).values
    for node in spec.nodes:
        part = parts.leading_to(spec, node.path)
        zeros = {s: np.zeros(each.shape) for s, each in part.states.items()}
        given = {n.name: inputs.get(n.name, np.zeros((4, *n.type.shape))) for n in part.inputs}
        output = oracle.evaluate(
            part, {**zeros, **{s: state[s] for s in part.states if s in state}}, given,
            training=True, masks={m: masks[m] for m in part.masks},
        )  # fmt: skip
        assert np.array_equal(output, values[node.path])


def test_a_layer_alone_keeps_the_blocks_around_it() -> None:
    """So a backend writes the same class for it; its place in a chain is the first."""
    spec = parts.alone(registry.build("mlp", "tiny"), "hidden.1.norm")
    assert [node.path for node in spec.nodes] == ["hidden.0.norm"]
    (call,) = spec.body
    assert call.block == "hidden_layer"


def test_a_layer_of_two_inputs_has_both() -> None:
    """In their order; it is no element of a chain any more, which takes one input."""
    spec = parts.alone(registry.build("transformer", "tiny"), "layers.1.add1")
    assert spec.nodes[0].path == "layers_1.add1"
    assert [node.name for node in spec.inputs] == ["x", "y", parts.NOTHING]


def test_a_part_without_parameters_gets_one_that_adds_zero() -> None:
    """Its output is the layer's own, to the last bit."""
    spec = parts.alone(registry.build("lenet5", "tiny"), "flatten1")
    state, inputs = initial.generic_state(spec), initial.random_inputs(spec, 2)
    inputs[parts.NOTHING] = np.zeros_like(inputs[parts.NOTHING])
    output = oracle.evaluate(spec, state, inputs)
    assert np.array_equal(output, inputs["x"].reshape(2, -1))


def test_the_loss_alone_is_the_models() -> None:
    """Of an input that stands for the model's output."""
    whole = registry.build("lenet5", "tiny")
    spec = parts.loss_alone(whole)
    assert spec.loss == whole.loss
    assert spec.output_type == whole.output_type
    assert check_whole(spec) is spec
