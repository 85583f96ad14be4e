"""Faults are followed to the layer that has them, and named."""

from __future__ import annotations

import sys
from functools import partial
from typing import Callable, Iterator

import attrs
import pytest

from tests.conformance.cases import CASES
from tests.parity.planting import with_op
from zoo.errors import UsageError
from zoo.models import registry
from zoo.ops import batch_norm, dense, dropout, input, relu
from zoo.parity import ParityReport, parity
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged
from zoo.parity.emission import altered
from zoo.parity.locate import locate
from zoo.parity.location import ALONE, LEADING, STEPS, Location
from zoo.parity.reference import Reference
from zoo.parity.variants import Variant, variants
from zoo.spec import Spec
from zoo.spec.graph import FlatNode
from zoo.spec.trace import trace
from zoo.target import Target
from zoo.training import SGD, Adam, Cosine, MeanSquaredError, SoftmaxCrossEntropy
from zoo.worker.pool import Pool


def planted() -> Iterator[tuple[Spec, FlatNode, Variant]]:
    """Of each op each convention once, where it is met first."""
    met = set()
    for spec in CASES.values():
        for node in spec.nodes if spec.accumulate == 1 else ():
            for variant in variants(node):
                if variant.op is not None and (node.op.kind, variant.words) not in met:
                    met.add((node.op.kind, variant.words))
                    yield spec, node, variant


def test_conventions_that_attributes_express_are_named_at_their_layer(mirror: Target) -> None:
    """Each of them, alone and by its own words."""
    count, wrong = 0, []
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        for spec, node, variant in planted():
            case = make_case(spec, batch=4, steps=1)
            emission = altered(partial(with_op, path=node.path, op=variant.op))
            cell = Cell(Reference(case, "float64"), mirror, emission)
            cell = judged(cell, pool, {})
            if not cell.is_wrong:
                assert (node.op.kind, variant.name) == ("self_attention", "causal")
                continue
            found = locate(cell, pool.session(mirror))
            count += 1
            if (found.layer, found.causes) != (node.path, (variant.words,)):
                wrong.append((spec.name, node.path, variant.words, str(found)))
    assert not wrong
    assert count > 50


def normed() -> Spec:
    def model():
        x = relu(batch_norm(dense(input("x", (6,)), 5, name="first"), name="norm"))
        return dense(dropout(x, 0.25, name="drop"), 3, name="last")

    return trace(
        model, name="normed", summary="Normed", loss=SoftmaxCrossEntropy(),
        optimizer=SGD(learning_rate=0.1, momentum=0.9),
    )  # fmt: skip


@pytest.fixture
def run(mirror: Target) -> Callable[..., ParityReport]:
    def run(spec: Spec, change: Callable[[Spec], Spec], **options: object) -> ParityReport:
        given = {"mirror": altered(change)}
        return parity(
            spec, [mirror], plant=given, python={"mirror": sys.executable}, batch=4, steps=3,
            **options,
        )  # fmt: skip

    return run


def optimizer(**changes: object) -> Callable[[Spec], Spec]:
    return lambda spec: spec.replace(optimizer=attrs.evolve(spec.optimizer, **changes))


ADAM = normed().replace(
    optimizer=Adam(learning_rate=0.01, weight_decay=0.1), schedule=Cosine(steps=9, warmup_steps=2)
)
TRAINED = {
    "Nesterov's momentum is on": (normed(), optimizer(nesterov=True)),
    "the momentum is 0": (normed(), optimizer(momentum=0.0)),
    "the learning rate is 0.10001": (normed(), optimizer(learning_rate=0.10001)),
    "the placement of epsilon is uncorrected": (ADAM, optimizer(epsilon_placement="uncorrected")),
    "weight decay is decoupled": (ADAM, optimizer(decay="decoupled")),
    "weight decay leaves out biases and norms": (ADAM, optimizer(decay_excludes=("bias", "norm"))),
    "there is no warm-up": (
        ADAM,
        lambda spec: spec.replace(schedule=attrs.evolve(spec.schedule, warmup_steps=0)),
    ),
}


@pytest.mark.parametrize("words", TRAINED)
def test_faults_of_the_training_step_are_the_optimizers(
    words: str, run: Callable[..., ParityReport]
) -> None:
    """All gradients agree; the convention is named."""
    spec, change = TRAINED[words]
    (found,) = run(spec, change).located
    assert (found.layer, found.kind) == ("optimizer", spec.optimizer.kind)
    assert (found.phase, found.evidence) == ("steps", STEPS)
    assert found.causes == (words,)
    assert "all gradients agree" in str(found)


def test_two_conventions_at_once_are_both_named(run: Callable[..., ParityReport]) -> None:
    """As where a framework's defaults were taken for two arguments."""

    def change(spec: Spec) -> Spec:
        op = next(n.op for n in spec.nodes if n.path == "norm")
        return with_op(spec, "norm", attrs.evolve(op, kept_fraction=0.99, epsilon=1e-3))

    (found,) = run(normed(), change).located
    assert found.layer == "norm"
    assert found.phase == "evaluation"
    assert found.causes == (
        "epsilon is 0.001, and the running statistics keep 0.99 of the old value",
    )


def test_a_loss_that_means_something_else_is_no_layers_fault(
    run: Callable[..., ParityReport],
) -> None:
    """Under another loss everything agrees."""

    def change(spec: Spec) -> Spec:
        return spec.replace(loss=SoftmaxCrossEntropy(label_smoothing=0.1)) if (
            spec.loss.kind == "softmax_cross_entropy"
        ) else spec  # fmt: skip

    (found,) = run(normed(), change).located
    assert (found.layer, found.kind) == ("loss", "softmax_cross_entropy")
    assert found.causes == ("labels are smoothed by 0.1",)


def test_a_number_that_no_convention_explains_is_said_to_be_unknown(
    run: Callable[..., ParityReport],
) -> None:
    """The layer is named all the same."""

    def change(spec: Spec) -> Spec:
        op = next(n.op for n in spec.nodes if n.path == "norm")
        return with_op(spec, "norm", attrs.evolve(op, epsilon=0.0123))

    (found,) = run(normed(), change).located
    assert (found.layer, found.evidence, found.causes) == ("norm", ALONE, ())
    assert "No convention that is known gives the same numbers." in str(found)


def test_a_fault_of_the_wiring_is_where_the_model_stops_agreeing(
    run: Callable[..., ParityReport],
) -> None:
    """The layer alone agrees, as its own formula is right."""
    whole = registry.build("transformer", "tiny")

    def change(spec: Spec) -> Spec:
        """The second sum of a block takes the block's input, where all of it is there."""

        def rewired(call):
            if getattr(call, "block", "") != "encoder_layer":
                return call
            names = [item.name for item in call.body]
            if "add2" not in names:
                return call
            body = tuple(
                attrs.evolve(item, inputs=("x", item.inputs[1])) if item.name == "add2" else item
                for item in call.body
            )
            return attrs.evolve(call, body=body)

        return attrs.evolve(spec, body=tuple(map(rewired, spec.body)))

    (found,) = run(whole, change).located
    assert found.evidence == LEADING
    assert found.layer == "layers.0.add2"
    assert found.kind == "add"


def test_nothing_is_searched_where_it_is_not_wanted_or_not_needed(
    run: Callable[..., ParityReport], mirror: Target
) -> None:
    """The switch turns it off, and cells that agree have nothing to find."""
    assert run(normed(), optimizer(momentum=0.0), locate=False).located == ()
    report = parity(normed(), [mirror], python={"mirror": sys.executable}, batch=4, steps=1)
    assert report.passed
    assert report.located == ()


def test_a_search_that_is_out_of_time_says_what_is_known(mirror: Target) -> None:
    """And that it was ended."""
    spec = normed()
    case = make_case(spec, batch=4, steps=1)
    norm = next(n for n in spec.nodes if n.path == "norm")
    other = attrs.evolve(norm.op, epsilon=1e-3)
    emission = altered(lambda s: with_op(s, "norm", other))
    with Pool(threads=1, python={"mirror": sys.executable}) as pool:
        cell = Cell(Reference(case, "float64"), mirror, emission)
        found = locate(judged(cell, pool, {}), pool.session(mirror), seconds=0.0)
    assert not found.finished
    assert "ended before it was through" in str(found)


def test_the_json_form_says_it_in_words_and_in_fields(run: Callable[..., ParityReport]) -> None:
    """Beside the rows, which stay as they were."""
    data = run(normed(), optimizer(momentum=0.0)).to_json()
    (found,) = data["located"]
    assert set(attrs.fields_dict(Location)) < set(found)
    assert found["words"].startswith("normed mirror:eager: optimizer (sgd): ")
    assert {"quantity": "parameter", "tensor": "last.weight"} in found["differs"]
    assert {"model", "quantity", "tensor", "error", "bound", "verdict"} <= set(data["rows"][0])


def test_a_change_that_plants_nothing_is_an_error(run: Callable[..., ParityReport]) -> None:
    """Not a fault that was not found."""
    with pytest.raises(UsageError, match="changes nothing"):
        run(normed(), lambda spec: spec)


def test_a_linear_model_has_one_suspect(run: Callable[..., ParityReport]) -> None:
    """The only layer, which stands alone anyway."""
    spec = trace(
        lambda: dense(input("x", (4,)), 4, name="only"), name="linear", summary="Linear",
        loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1),
    )  # fmt: skip

    def change(whole: Spec) -> Spec:
        return whole.replace(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.2))

    (found,) = run(spec, change).located
    assert found.causes == ("the learning rate is 0.2",)
