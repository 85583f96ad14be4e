"""Multilayer perceptron with batch normalization and dropout."""

from __future__ import annotations

from zoo.ops import batch_norm, dense, dropout, input, relu
from zoo.spec import Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy

PRESETS = {
    "default": {},
    "digits": {"features": 64, "hidden": (128, 128), "drop_rate": 0.2},
    "tiny": {"features": 12, "hidden": (8, 7), "classes": 3},
}


@block
def hidden_layer(x: Tensor, units: int, drop_rate: float) -> Tensor:
    x = dense(x, units, bias=False, name="linear")
    x = batch_norm(x, name="norm")
    x = relu(x)
    if drop_rate:
        x = dropout(x, drop_rate, name="dropout")
    return x


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.05, momentum=0.9))
def mlp(
    features: int = 784,
    hidden: tuple[int, ...] = (512, 512),
    classes: int = 10,
    drop_rate: float = 0.5,
) -> Tensor:
    """MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

    Args:
        features: size of the input vector; 784 is a 28 x 28 image.
        hidden: units of each hidden layer (dense without bias, batch norm, ReLU, dropout).
        classes: size of the output (logits).
        drop_rate: share of the activations that dropout sets to zero (Srivastava et al. 2014).
    """
    x = input("x", (features,))
    for index, units in enumerate(hidden):
        x = hidden_layer(x, units, drop_rate, name=f"hidden.{index}")
    return dense(x, classes, name="output")
