"""Models that ask this backend for all that it has, and two that it refuses.

`python tests/models.py small` prints one as JSON, which every command of `zoo` reads.
"""

from __future__ import annotations

import sys

import zoo
from zoo.ops import add, dense, flatten, input, relu, sigmoid, tanh
from zoo.training import SGD, MeanSquaredError, SoftmaxCrossEntropy


@zoo.block
def hidden(x, units, squashed=False):
    x = dense(x, units)
    return tanh(x) if squashed else relu(x)


@zoo.model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.1, momentum=0.9))
def small():
    """A small classifier of images."""
    x = flatten(input("image", (3, 4, 4)))
    for index in range(2):
        x = hidden(x, 16, name=f"hidden.{index}")
    return dense(hidden(x, 8, squashed=True, name="last"), 5, name="output")


@zoo.block
def gate(x, units, bounded=True):
    x = dense(x, units, bias=False)
    return sigmoid(x) if bounded else x


@zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.05))
def gates():
    """Gates in a row, the last one open."""
    x = input("x", (6,))
    for index in range(3):
        x = gate(x, 6, name=f"gate.{index}")
    return gate(x, 2, bounded=False, name="self")


@zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
def residual():
    """A sum, which needs two inputs."""
    x = input("x", (4,))
    return add(x, dense(x, 4))


@zoo.model(loss=MeanSquaredError(), optimizer=SGD(learning_rate=0.1))
def sequence():
    """A dense layer on every position of a sequence."""
    return dense(input("x", (3, 4)), 2)


MODELS = {model.__name__: model() for model in (small, gates, residual, sequence)}

if __name__ == "__main__":
    print(MODELS[sys.argv[1]].to_json(indent=2))
