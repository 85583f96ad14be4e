"""What a loss and an optimizer declare."""

from __future__ import annotations

from typing import ClassVar, Type, TypeVar

import attrs

from zoo.spec.op import TensorType, Value


@attrs.frozen
class _Declared:
    kind: ClassVar[str] = ""

    def attributes(self) -> dict[str, Value]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}


@attrs.frozen
class Loss(_Declared):
    """Base of every loss: a mean over the batch and all positions."""

    def check(self, output: TensorType) -> None:
        """Raise SpecError when the model's output does not suit the loss."""

    def target(self, output: TensorType) -> TensorType:
        """Type of the targets of one example."""
        raise NotImplementedError


@attrs.frozen
class Optimizer(_Declared):
    """Base of every optimizer."""


LOSSES: dict[str, Type[Loss]] = {}
OPTIMIZERS: dict[str, Type[Optimizer]] = {}

LossClass = TypeVar("LossClass", bound=Type[Loss])
OptimizerClass = TypeVar("OptimizerClass", bound=Type[Optimizer])


def register_loss(cls: LossClass) -> LossClass:
    LOSSES[cls.kind] = cls
    return cls


def register_optimizer(cls: OptimizerClass) -> OptimizerClass:
    OPTIMIZERS[cls.kind] = cls
    return cls
