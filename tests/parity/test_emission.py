"""Programs with faults planted on purpose."""

from __future__ import annotations

import attrs
import pytest

from zoo import plugins
from zoo.errors import UsageError
from zoo.ops import batch_norm, dense, input
from zoo.ops.batch_norm import BatchNorm
from zoo.parity.emission import PLAIN, Emission, altered, as_emission, replaced
from zoo.spec import Spec
from zoo.spec.trace import trace
from zoo.training import SGD, MeanSquaredError

TORCH = plugins.backend("torch")


def model(units: int = 2) -> Spec:
    return trace(
        lambda: batch_norm(dense(input("x", (3,)), units, name="layer"), name="norm"),
        name="normed", summary="Normed", loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip


def other_epsilon(spec: Spec) -> Spec:
    body = tuple(
        attrs.evolve(item, op=attrs.evolve(item.op, epsilon=0.5))
        if isinstance(item.op, BatchNorm)
        else item
        for item in spec.body
    )
    return attrs.evolve(spec, body=body)


def test_the_plain_program_is_the_one_that_the_backend_emits() -> None:
    """Nothing is added and nothing is lost."""
    emitted = PLAIN.emit(TORCH, model())
    assert emitted.source == TORCH.emit(model()).source
    assert emitted.entry == TORCH.emit(model()).entry


def test_texts_are_replaced_wherever_they_occur() -> None:
    """And a text that does not occur replaces nothing."""
    emission = replaced({"nn.Linear": "nn.LazyLinear", "nowhere": "gone"})
    source = emission.emit(TORCH, model()).source
    assert "nn.LazyLinear(3, 2)" in source
    assert "nn.Linear" not in source


def test_a_mapping_stands_for_replacements() -> None:
    """As the command line and short calls give them."""
    assert as_emission({"a": "b"}) == replaced({"a": "b"})
    assert as_emission(PLAIN) is PLAIN


def test_another_specification_is_emitted() -> None:
    """The program is that of the changed model."""
    source = altered(other_epsilon).emit(TORCH, model()).source
    assert source == TORCH.emit(other_epsilon(model())).source


def test_a_part_has_the_faults_of_the_whole() -> None:
    """Changes are made where the paths are the model's, then the part is taken."""

    def first(spec: Spec) -> Spec:
        return attrs.evolve(spec, body=spec.body[:1], output=spec.body[0].name)

    def last_is_wider(spec: Spec) -> Spec:
        assert len(spec.body) == 2
        return model(units=5)

    emission = Emission(last_is_wider, {"bias": "b"}).of_part(model(), first)
    assert emission.emit(TORCH, first(model())).source == TORCH.emit(first(model(5))).source
    assert emission.texts == {"bias": "b"}


@pytest.mark.parametrize(
    ("emission", "complaint"),
    [
        (replaced({"nowhere": ""}), "torch: the source of normed has no text 'nowhere'"),
        (altered(lambda spec: spec), "changes nothing"),
        (altered(lambda spec: model(5)), "other states, masks or shapes"),
    ],
)
def test_a_fault_that_would_not_be_planted_is_an_error(emission: Emission, complaint: str) -> None:
    """It must not look like one that was not found."""
    with pytest.raises(UsageError, match=complaint):
        emission.check(TORCH, model(), 4)


def test_faults_that_are_planted_pass_the_check() -> None:
    """So does the plain program."""
    for emission in (PLAIN, replaced({"nn.Linear": "nn.Linear"}), altered(other_epsilon)):
        emission.check(TORCH, model(), 4)
