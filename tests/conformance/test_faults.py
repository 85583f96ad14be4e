"""Faults to plant in emitted sources, what the command says of one, and sources by themselves."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from zoo.emit import emit
from zoo.models import registry
from zoo.spec import Spec
from zoo.target import Target

# By backend and fault: model or case, replacements in the source, a quantity that must disagree.
EPSILON, SQUARE = "batch norm's epsilon", "transposed square weight"
KERAS = {
    EPSILON: ("mlp", {"epsilon=1e-05": "epsilon=1e-03"}, "output"),
    SQUARE: (
        "dense_square",
        {
            "def dense_square(": (
                "class Turned(layers.Dense):\n"
                "    def call(self, x):\n"
                "        return ops.matmul(x, ops.transpose(self.kernel)) + self.bias\n\n\n"
                "def dense_square("
            ),
            'layers.Dense(5, name="dense2")': 'Turned(5, name="dense2")',
        },
        "output",
    ),
    "biased running variance": ("mlp", {"new * correction": "new"}, "statistic"),
    "learning rate": ("mlp", {"learning_rate=0.05": "learning_rate=0.0500001"}, "parameter"),
    "gradient cut off": (
        "lenet5",
        {"layers.Flatten()(x)": "layers.Flatten()(ops.stop_gradient(x))"},
        "input-gradient",
    ),
}
FAULTS = {
    "torch": {
        EPSILON: ("mlp", {"nn.BatchNorm1d(units)": "nn.BatchNorm1d(units, eps=1e-3)"}, "output"),
        SQUARE: (
            "dense_square",
            {
                "self.dense2(torch.tanh(self.dense1(x)))": (
                    "torch.tanh(self.dense1(x)) @ self.dense2.weight + self.dense2.bias"
                )
            },
            "output",
        ),
        "share of the running average": (
            "mlp",
            {"nn.BatchNorm1d(units)": "nn.BatchNorm1d(units, momentum=0.2)"},
            "statistic",
        ),
        "learning rate": ("mlp", {"lr=0.05": "lr=0.0500001"}, "parameter"),
        "gradient cut off": (
            "lenet5",
            {"torch.flatten(x, 1)": "torch.flatten(x, 1).detach()"},
            "input-gradient",
        ),
    },
    "tensorflow": {
        EPSILON: ("mlp", {"epsilon=1e-05": "epsilon=1e-03"}, "output"),
        SQUARE: (
            "dense_square",
            {
                "tf.matmul(x, self.kernel)": (
                    "tf.matmul(x, self.kernel, "
                    "transpose_b=self.kernel.shape[0] == self.kernel.shape[1])"
                )
            },
            "output",
        ),
        "biased running variance": (
            "mlp",
            {"variance * self.correction(x)": "variance"},
            "statistic",
        ),
        "learning rate": ("mlp", {"learning_rate=0.05": "learning_rate=0.0500001"}, "parameter"),
    },
    "mxnet": {
        EPSILON: (
            "mlp",
            {"BatchNorm(in_channels=units)": "BatchNorm(epsilon=1e-3, in_channels=units)"},
            "output",
        ),
        SQUARE: (
            "dense_square",
            {
                "class DenseSquare(": (
                    "class Turned(nn.Dense):\n"
                    "    def hybrid_forward(self, F, x, weight, bias=None):\n"
                    "        return F.broadcast_add(F.dot(x, weight), bias)\n\n\n"
                    "class DenseSquare("
                ),
                "self.dense2 = nn.Dense(": "self.dense2 = Turned(",
            },
            "output",
        ),
        "learning rate": (
            "mlp",
            {'"learning_rate": 0.05': '"learning_rate": 0.0500001'},
            "parameter",
        ),
    },
    "jax": {
        EPSILON: ("mlp", {"epsilon=1e-05": "epsilon=1e-03"}, "output"),
        SQUARE: ("dense_square", {'x @ params["kernel"]': 'x @ params["kernel"].T'}, "output"),
        "biased running variance": ("mlp", {" * (count / (count - 1))": ""}, "statistic"),
        "learning rate": ("mlp", {"p - 0.05 * v": "p - 0.0500001 * v"}, "parameter"),
        "gradient cut off": (
            "lenet5",
            {"return sum_pool(x,": "return sum_pool(lax.stop_gradient(x),"},
            "input-gradient",
        ),
        "statistics that never move": (
            "mlp",
            {'x, state["norm"] = batch_norm': "x, _ = batch_norm"},
            "statistic",
        ),
    },
    "keras-tensorflow": KERAS,
    "keras-jax": KERAS,
    "keras-torch": KERAS,
    "chainer": {
        EPSILON: (
            "mlp",
            {"L.BatchNormalization(units, eps=1e-05)": "L.BatchNormalization(units)"},
            "output",
        ),
        SQUARE: (
            "dense_square",
            {
                "self.dense2(F.tanh(self.dense1(x)))": (
                    "F.matmul(F.tanh(self.dense1(x)), self.dense2.W) + self.dense2.b"
                )
            },
            "output",
        ),
        "share of the running average": (
            "mlp",
            {
                "L.BatchNormalization(units, eps=1e-05)": (
                    "L.BatchNormalization(units, decay=0.8, eps=1e-05)"
                )
            },
            "statistic",
        ),
        "learning rate": ("mlp", {"lr=0.05": "lr=0.0500001"}, "parameter"),
        "gradient cut off": (
            "lenet5",
            {"F.tanh(self.conv1(image))": "F.tanh(self.conv1(image)).array"},
            "input-gradient",
        ),
    },
}


def test_the_command_exits_with_1_and_names_the_tensor(target: Target) -> None:
    """As a person sees it."""
    backend = target.backend.name
    ((old, new),) = FAULTS[backend][EPSILON][1].items()
    done = subprocess.run(
        [
            sys.executable, "-m", "zoo", "parity", "mlp", "--preset", "tiny",
            "--backends", str(target), "--train", "1", "--no-locate",
            "--python", f"{backend}={sys.executable}", "--plant", backend, old, new,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "disagree" in done.stdout
    assert "hidden.0.linear.weight" in done.stdout


def losses_of(spec: Spec, backend: str, folder: Path) -> list[float]:
    """What the emitted source prints when it is run by itself, outside the project."""
    file = folder / f"{spec.name}.py"
    file.write_text(emit(spec, backend), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", file.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [float(line.rpartition(" ")[2]) for line in done.stdout.splitlines()]


@pytest.mark.usefixtures("less_effort")
@pytest.mark.parametrize("model", registry.MODELS)
def test_an_emitted_source_runs_by_itself(model: str, target: Target, tmp_path: Path) -> None:
    """It trains five steps with the framework alone; without dropout, the loss falls."""
    losses = losses_of(registry.build(model, "tiny"), target.backend.name, tmp_path)
    assert len(losses) == 5
    assert all(math.isfinite(loss) for loss in losses)
    if "drop_rate" not in registry.arguments(model):
        assert losses[-1] < losses[0]
