"""Faults that a specification can express: a layer has another attribute, or is another layer."""

from __future__ import annotations

from typing import Any, Mapping, Tuple

from zoo.ops import (
    add,
    avg_pool,
    gelu_erf,
    gelu_tanh,
    log_softmax,
    max_pool,
    multiply,
    relu,
    sigmoid,
    softmax,
    tanh,
)
from zoo.selftest import models
from zoo.selftest.fault import Respecified
from zoo.selftest.models import Layer, second, spec_of, unchanged

Arguments = Mapping[str, Any]

MIXED_PADS = {"pads": (1, 0, 0, 2), "stride": (1, 2)}
WITHOUT = {**MIXED_PADS, "pool": avg_pool, "count_padding": False}
COUNTED = {**WITHOUT, "count_padding": True}
ORIGINAL = {"form": "original"}


def changed(
    name: str,
    sentence: str,
    model: Layer,
    layers: str | Tuple[str, ...],
    right: Arguments,
    wrong: Arguments,
) -> Respecified:
    """The model with some arguments has the fault with others; those not named stay as right."""
    where = (layers,) if isinstance(layers, str) else layers
    spec = spec_of(model, **right)
    return Respecified(name, sentence, spec, where, spec_of(model, **{**right, **wrong}))


LAYER_FAULTS = (
    changed(
        "gelu by tanh",
        "GELU is the approximation by tanh where it should be exact.",
        models.activated, "act", {"activation": gelu_erf}, {"activation": gelu_tanh},
    ),
    changed(
        "gelu by erf",
        "GELU is exact where it should be the approximation by tanh.",
        models.activated, "act", {"activation": gelu_tanh}, {"activation": gelu_erf},
    ),
    changed(
        "relu left out",
        "A ReLU was forgotten.",
        models.activated, "act", {"activation": relu}, {"activation": unchanged},
    ),
    changed(
        "sigmoid for tanh",
        "The activation is a sigmoid where it should be tanh.",
        models.activated, "act", {"activation": tanh}, {"activation": sigmoid},
    ),
    changed(
        "relu before the norm",
        "The ReLU comes before the batch norm where it should come after it.",
        models.ordered, ("norm", "act"), {"relu_first": False}, {"relu_first": True},
    ),
    changed(
        "convolution's pads on the other side",
        "Pads of the top are at the bottom and those of the left at the right, as with symmetric "
        "pads and a crop, or with another rule for an odd number of them.",
        models.convolved, "conv", {"pads": (0, 1, 2, 1)}, {"pads": (1, 0, 1, 2)},
    ),
    changed(
        "convolution's stride across",
        "The stride of the height is that of the width, on a square image.",
        models.convolved, "conv", {"stride": (1, 2)}, {"stride": (2, 1)},
    ),
    changed(
        "convolution's dilation across",
        "The dilation of the height is that of the width, on a square image.",
        models.convolved, "conv",
        {"dilation": (1, 2), "pads": (1, 1, 2, 2)}, {"dilation": (2, 1), "pads": (2, 2, 1, 1)},
    ),
    changed(
        "max pool's pads on the other side",
        "Pads of the top are at the bottom and those of the left at the right.",
        models.pooled, "pool", {"pool": max_pool, **MIXED_PADS}, {"pads": (0, 1, 2, 0)},
    ),
    changed(
        "max pool's stride across",
        "The stride of the height is that of the width, on a square image.",
        models.pooled, "pool", {"pool": max_pool, "stride": (1, 2)}, {"stride": (2, 1)},
    ),
    changed(
        "average pool's pads on the other side",
        "Pads of the top are at the bottom and those of the left at the right.",
        models.pooled, "pool", WITHOUT, {"pads": (0, 1, 2, 0)},
    ),
    changed(
        "padding counted",
        "The average of a window at the border counts padded places.",
        models.pooled, "pool", WITHOUT, COUNTED,
    ),
    changed(
        "padding not counted",
        "The average of a window at the border leaves out padded places.",
        models.pooled, "pool", COUNTED, WITHOUT,
    ),
    changed(
        "batch norm's epsilon",
        "Epsilon is 1e-3, Keras's default, where it should be 1e-5.",
        models.normalized, "norm", {"epsilon": 1e-5}, {"epsilon": 1e-3},
    ),
    changed(
        "batch norm's share the wrong way round",
        "The running average keeps 0.1 and takes 0.9 of the new value: PyTorch's momentum was read "
        "as Keras's.",
        models.normalized, "norm", {"kept_fraction": 0.9}, {"kept_fraction": 0.1},
    ),
    changed(
        "batch norm's share",
        "The running average keeps 0.99, Keras's default, where it should keep 0.9.",
        models.normalized, "norm", {"kept_fraction": 0.9}, {"kept_fraction": 0.99},
    ),
    changed(
        "batch norm's statistics never move",
        "The running statistics stay as they were when a model is trained.",
        models.normalized, "norm", {"kept_fraction": 0.9}, {"kept_fraction": 1.0},
    ),
    changed(
        "biased running variance",
        "The running variance takes the batch's biased variance, divided by n, where it should "
        "take the unbiased one.",
        models.normalized, "norm",
        {"running_variance": "unbiased"}, {"running_variance": "biased"},
    ),
    changed(
        "unbiased running variance",
        "The running variance takes the batch's unbiased variance, divided by n - 1, where it "
        "should take the biased one.",
        models.normalized, "norm",
        {"running_variance": "biased"}, {"running_variance": "unbiased"},
    ),
    changed(
        "layer norm's epsilon",
        "Epsilon is 1e-6, Flax's default, where it should be 1e-5.",
        models.layer_normalized, "norm", {"epsilon": 1e-5}, {"epsilon": 1e-6},
    ),
    changed(
        "dropout not scaled",
        "What dropout keeps is not divided by the share that is kept.",
        models.dropped, "drop", {"drop_rate": 0.4}, {"drop_rate": 1e-20},
    ),
    changed(
        "dropout's rate the wrong way round",
        "What dropout keeps is divided by the share that is dropped: the rate was read as the "
        "probability of keeping.",
        models.dropped, "drop", {"drop_rate": 0.4}, {"drop_rate": 0.6},
    ),
    changed(
        "dropout's rate",
        "What dropout keeps is scaled for another rate than the one that its mask was drawn with.",
        models.dropped, "drop", {"drop_rate": 0.4}, {"drop_rate": 0.41},
    ),
    changed(
        "dropout scaled twice",
        "What dropout keeps is divided twice by the share that is kept.",
        models.dropped, "drop", {"drop_rate": 0.4}, {"drop_rate": 1 - 0.6**2},
    ),
    changed(
        "dropout in its original form",
        "Dropout is scaled in evaluation where it should be scaled in training.",
        models.dropped, "drop", {"form": "inverted"}, {"form": "original"},
    ),
    changed(
        "dropout in its inverted form",
        "Dropout is scaled in training where it should be scaled in evaluation.",
        models.dropped, "drop", {"form": "original"}, {"form": "inverted"},
    ),
    changed(
        "original dropout not scaled",
        "Dropout in its original form is not scaled in evaluation either.",
        models.dropped, "drop", {**ORIGINAL, "drop_rate": 0.4}, {"drop_rate": 1e-20},
    ),
    changed(
        "original dropout scaled twice",
        "Dropout in its original form is scaled twice in evaluation.",
        models.dropped, "drop", {**ORIGINAL, "drop_rate": 0.4}, {"drop_rate": 1 - 0.6**2},
    ),
    changed(
        "original dropout's rate the wrong way round",
        "Dropout in its original form is multiplied in evaluation by the share that is dropped.",
        models.dropped, "drop", {**ORIGINAL, "drop_rate": 0.4}, {"drop_rate": 0.6},
    ),
    changed(
        "number of heads",
        "Attention has four heads where it should have two.",
        models.attended, "attention", {"heads": 2}, {"heads": 4},
    ),
    changed(
        "causal mask lost",
        "Attention sees the positions to come.",
        models.attended, "attention", {"causal": True}, {"causal": False},
    ),
    changed(
        "causal mask too many",
        "Attention does not see the positions to come.",
        models.attended, "attention", {"causal": False}, {"causal": True},
    ),
    changed(
        "attention's dropout not scaled",
        "The probabilities that dropout keeps are not divided by the share that is kept.",
        models.attended, "attention", {"drop_rate": 0.4}, {"drop_rate": 1e-20},
    ),
    changed(
        "softmax over the wrong axis",
        "Softmax goes over the first axis of a sequence, Chainer's default, where it should go "
        "over the last.",
        models.weighed, "weights", {"function": softmax, "axis": 2}, {"axis": 1},
    ),
    changed(
        "log-softmax over the wrong axis",
        "Log-softmax goes over the first axis of a sequence where it should go over the last.",
        models.weighed, "weights", {"function": log_softmax, "axis": 2}, {"axis": 1},
    ),
    changed(
        "softmax for its logarithm",
        "The logarithm of a log-softmax was forgotten.",
        models.weighed, "weights", {"function": log_softmax, "axis": 2}, {"function": softmax},
    ),
    changed(
        "mean over the wrong axis",
        "The mean goes over the features of a sequence where it should go over its positions, "
        "and there are as many of both.",
        models.averaged, "mean", {"axis": 1}, {"axis": 2},
    ),
    changed(
        "another position selected",
        "The second position is taken where it should be the first: counting began with one.",
        models.selected, "select", {"index": 0, "axis": 1}, {"index": 1},
    ),
    changed(
        "another axis selected",
        "The first feature is taken where it should be the first position.",
        models.selected, "select", {"index": 0, "axis": 1}, {"axis": 2},
    ),
    changed(
        "inverse order of axes",
        "A transposition puts the axes in the inverse order, and all are of one size.",
        models.transposed, "turn", {"axes": (2, 3, 1)}, {"axes": (3, 1, 2)},
    ),
    changed(
        "concatenation in another order",
        "Two tensors of one size are joined the second first.",
        models.joined, "join", {"order": (0, 1)}, {"order": (1, 0)},
    ),
    changed(
        "residual left out",
        "A block gives its branch alone, without what goes around it.",
        models.combined, "sum", {"combine": add}, {"combine": second},
    ),
    changed(
        "product for sum",
        "Two tensors are multiplied where they should be added.",
        models.combined, "sum", {"combine": add}, {"combine": multiply},
    ),
    changed(
        "sum for product",
        "Two tensors are added where they should be multiplied.",
        models.combined, "sum", {"combine": multiply}, {"combine": add},
    ),
)  # fmt: skip
