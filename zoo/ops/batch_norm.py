"""Batch normalization (Ioffe and Szegedy 2015) of (channels) or (channels, h, w).

    training    y = (x - mean) / sqrt(var + epsilon) * weight + bias, over the batch and h, w,
                var being the biased variance (divided by n);
                running = kept_fraction * running + (1 - kept_fraction) * new
    evaluation  the same with the running mean and variance

What goes into the running variance differs: PyTorch, Chainer and TensorFlow's fused op keep the
unbiased one (divided by n - 1), Keras 3, MXNet and Flax the biased one. PyTorch's `momentum` is
1 - kept_fraction; Keras's, MXNet's and Chainer's is kept_fraction.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import Value, choice, real
from zoo.spec.op import Op, State, TensorType, need_rank, register
from zoo.spec.trace import Tensor, apply


@register
@attrs.frozen(kw_only=True)
class BatchNorm(Op):
    kind: ClassVar[str] = "batch_norm"
    stem: ClassVar[str] = "norm"

    epsilon: float = real(1e-12, 1.0, default=1e-5)
    kept_fraction: float = real(0.0, 1.0, default=0.9)
    running_variance: str = choice("unbiased", "biased", default="unbiased")

    def infer(self, *inputs: TensorType) -> TensorType:
        need_rank(self, inputs[0], 2, 4)
        return inputs[0]

    def states(self, *inputs: TensorType) -> tuple[State, ...]:
        shape = inputs[0].shape[:1]
        return (
            State("weight", shape, law="ones", group="norm"),
            State("bias", shape, group="norm"),
            State("running_mean", shape, role="statistic"),
            State("running_var", shape, role="statistic", law="ones"),
        )

    def sizes(self, *inputs: TensorType) -> dict[str, Value]:
        return {"in_channels": inputs[0].shape[0]}

    def flops(self, *inputs: TensorType) -> int:
        return 2 * inputs[0].elements


def batch_norm(
    x: Tensor,
    *,
    epsilon: float = 1e-5,
    kept_fraction: float = 0.9,
    running_variance: str = "unbiased",
    name: str | None = None,
) -> Tensor:
    """Keeps the shape; training needs more than one value for each channel."""
    return apply(
        BatchNorm,
        x,
        name=name,
        epsilon=epsilon,
        kept_fraction=kept_fraction,
        running_variance=running_variance,
    )
