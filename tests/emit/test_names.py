"""Names of emitted code: no two become one, and none hides what the code itself needs."""

from __future__ import annotations

import ast

import pytest

from zoo import plugins
from zoo.emit import emit
from zoo.emit.names import attribute, model_class
from zoo.ops import add, conv2d, dense, input, max_pool
from zoo.spec import Spec, Tensor, block
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError

BACKENDS = sorted(plugins.backends())


def spec_of(function) -> Spec:
    return trace(
        function, name="made", summary="Made", loss=MeanSquaredError(), optimizer=SGD()
    )  # fmt: skip


def signatures(source: str) -> dict[str, list[str]]:
    """The parameters of each function, the last of a name if several have it."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return {each.name: [argument.arg for argument in each.args.args] for each in functions}


@pytest.mark.parametrize("reserved", [{"forward"}, {"forward_"}, {"for"}])
def test_no_two_names_become_one_attribute(reserved: set[str]) -> None:
    """Nor does one become a reserved name."""
    names = [stem + "_" * count for stem in ("forward", "for", "x", "") for count in range(4)]
    made = [attribute(name, frozenset(reserved)) for name in names]
    assert len(set(made)) == len(names)
    assert not reserved & set(made)
    assert attribute("x_", frozenset(reserved)) == "x_"


@pytest.mark.parametrize("backend", BACKENDS)
def test_layers_that_differ_by_an_underscore_stay_two(backend: str) -> None:
    """Also where the name without it is reserved."""

    def body() -> Tensor:
        x = input("x", (4,))
        for name in ("forward", "forward_", "name", "name_"):
            x = dense(x, 4, name=name)
        return x

    slots = plugins.backend(backend).bindings(spec_of(body)).states.values()
    assert len({slot.name for slot in slots}) == 8


@pytest.mark.parametrize("backend", BACKENDS)
def test_inputs_that_differ_by_an_underscore_stay_two(backend: str) -> None:
    """As parameters and as variables."""

    def body() -> Tensor:
        return dense(add(input("model", (4,)), input("model_", (4,))), 4)

    *_, first, second, _ = signatures(emit(spec_of(body), backend))["train_step"]
    assert first != second


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["step", "print", "range", "zip"])
def test_no_input_hides_what_the_lines_below_it_use(backend: str, name: str) -> None:
    """The batches of `__main__` are global variables."""
    source = emit(spec_of(lambda: dense(input(name, (4,)), 4)), backend)
    assert f"\n    {name}_ = " in source
    assert f"\n    {name} = " not in source


@block
def shrink(x: Tensor, stride: int) -> Tensor:
    return max_pool(conv2d(x, 4, 3, name="stride"), 1, stride=stride)


@pytest.mark.parametrize("backend", ["torch", "chainer", "tensorflow"])
def test_an_argument_that_is_kept_replaces_no_layer(backend: str) -> None:
    """The forward pass reads the argument where the constructor put it."""
    source = emit(spec_of(lambda: shrink(shrink(input("x", (3, 9, 9)), 2), 3)), backend)
    assert "self.stride = stride\n" not in source
    assert "self.stride2 = stride\n" in source
    assert source.count("self.stride2") == 2


@block
def widened(units: Tensor) -> Tensor:
    return dense(units, 2 * units.shape[0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_size_and_an_input_of_a_block_stay_two(backend: str) -> None:
    """Where one function has both as parameters."""
    source = emit(spec_of(lambda: widened(widened(input("x", (3,))))), backend)
    ast.parse(source)
    assert all(len(set(names)) == len(names) for names in signatures(source).values())


@block
def reduced(image: Tensor, x: int) -> Tensor:
    image = conv2d(image, 4, 3, stride=x, name="first")
    return add(conv2d(image, 4, 3, pads=1, name="second"), max_pool(image, 1, stride=1))


@pytest.mark.parametrize("backend", ["jax", "keras-jax"])
def test_no_variable_hides_an_argument_of_its_function(backend: str) -> None:
    """Functions take arguments of blocks beside the inputs."""
    source = emit(spec_of(lambda: reduced(reduced(input("i", (3, 31, 31)), 2), 3)), backend)
    (function,) = (
        node for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "reduced"
    )  # fmt: skip
    stored = {
        node.id for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }  # fmt: skip
    assert "y" in stored
    assert "x" not in stored


def test_a_model_class_is_spelled_as_in_the_summary() -> None:
    """If that has capitals; without a docstring, the summary is the bare name."""
    assert model_class("resnet20", "ResNet-20 for images") == "ResNet20"
    assert model_class("my_net", "A network") == "MyNet"
    assert model_class("net", "net") == "Net"
    assert model_class("my_net", "my_net") == "MyNet"
