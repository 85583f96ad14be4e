"""Block calls become classes; the result always means the same as the trace."""

from __future__ import annotations

from zoo.emit.names import Namespace
from zoo.emit.outline import BlockClass, Chain, Layer, Outline, Use
from zoo.emit.parameters import Name
from zoo.models import registry
from zoo.ops import add, dense, dropout, input, relu
from zoo.spec import Spec, Tensor, block
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError


def outline(spec: Spec) -> Outline:
    def fields_of(path, node, types):
        return {**node.op.attributes(), **node.op.sizes(*types)}, None

    return Outline(spec, "Model", fields_of, Namespace(), lambda name: name)


def spec_of(function) -> Spec:
    return trace(
        function, name="made", summary="Made", loss=MeanSquaredError(),
        optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip


def classes(spec: Spec) -> dict[str, BlockClass]:
    return {cls.name: cls for cls in outline(spec).classes}


def test_resnet_is_one_basic_block_and_loops() -> None:
    """Nine calls become one class; equal neighbours become one run."""
    made = outline(registry.build("resnet20"))
    assert [cls.name for cls in made.classes] == ["ProjectionShortcut", "BasicBlock"]
    basic = made.classes[1]
    assert basic.parameters == ("in_channels", "channels", "stride", "project")
    assert basic.defaults == {"stride": 1, "project": False}
    chains = [m for m in made.model.members if isinstance(m, Chain)]
    assert [[count for _, count in chain.runs] for chain in chains] == [[3], [1, 2], [1, 2]]


def test_an_optional_layer_is_governed_by_its_argument() -> None:
    """The shortcut stands in the class once, under the flag `project`."""
    basic = classes(registry.build("resnet20"))["BasicBlock"]
    (shortcut,) = (m for m in basic.members if isinstance(m, Use))
    assert shortcut.condition == "project"


def test_a_parameter_stands_where_its_number_stood() -> None:
    """Fields that follow an argument in every call name it; constants stay numbers."""
    basic = classes(registry.build("resnet20"))["BasicBlock"]
    conv1, conv2 = (m for m in basic.members if isinstance(m, Layer) and m.op.kind == "conv2d")
    assert conv1["in_channels"] == Name("in_channels")
    assert conv1["stride"] == Name("stride")
    assert conv2["in_channels"] == conv2["channels"] == Name("channels")
    assert conv2["stride"] == (1, 1)


def test_calls_with_another_structure_get_a_class_of_their_own() -> None:
    """A flag that does not say which calls have the layer cannot govern it."""

    @block
    def part(x: Tensor, units: int) -> Tensor:
        x = dense(x, units, name="d")
        return relu(x, name="r") if units > 4 else x

    def body() -> Tensor:
        return part(part(input("x", (3,)), 8), 2)

    assert list(classes(spec_of(body))) == ["Part", "Part2"]


def test_structural_attributes_are_never_merged() -> None:
    """A dense layer with a bias and one without are not one line of code."""

    @block
    def part(x: Tensor, bias: bool) -> Tensor:
        return dense(x, 3, bias=bias, name="d")

    found = classes(spec_of(lambda: part(part(input("x", (3,)), True), False)))
    assert list(found) == ["Part", "Part2"]


def test_a_block_inside_itself_is_written_by_depth() -> None:
    """Recursion gives a class for each level."""

    @block
    def tower(x: Tensor, floors: int) -> Tensor:
        x = dense(x, 3, name="d")
        return tower(x, floors - 1, name="up") if floors else x

    found = outline(spec_of(lambda: tower(input("x", (3,)), 2)))
    assert [cls.name for cls in found.classes] == ["Tower", "Tower2", "Tower3"]


def test_an_optional_layer_in_the_middle_joins_its_neighbours() -> None:
    """Where the layer is left out, its input takes its place."""

    @block
    def part(x: Tensor, drop_rate: float) -> Tensor:
        y = dense(x, 4, name="d")
        if drop_rate:
            y = dropout(y, drop_rate, name="drop")
        return add(y, x, name="sum")

    def body() -> Tensor:
        return part(part(input("x", (4,)), 0.0), 0.5)

    (cls,) = classes(spec_of(body)).values()
    assert [m.condition for m in cls.members] == [None, "drop_rate", None]


def test_a_default_is_what_most_calls_leave_it_at() -> None:
    """Flags default to False, numbers to 1 where more than half are 1, and True is no 1."""

    @block
    def part(x: Tensor, units: int, project: bool, drop_rate: float, times: int) -> Tensor:
        x = widened(x, times * units, project, name="inner")
        return dropout(x, drop_rate, name="drop") if drop_rate else x

    @block
    def widened(x: Tensor, units: int, project: bool) -> Tensor:
        x = dense(x, units, name="d")
        return dense(x, units, name="p") if project else x

    def body() -> Tensor:
        x = part(input("x", (4,)), 1, False, 0.0, 1)
        return part(part(x, 2, True, 0.5, 1), 3, True, 0.5, 1)

    found = classes(spec_of(body))
    assert [cls.defaults for cls in found.values()] == [{"project": False}, {"project": False}]
    assert [cls.parameters for cls in found.values()] == [
        ("in_features", "units", "project"), ("in_features", "units", "drop_rate", "project"),
    ]  # fmt: skip
