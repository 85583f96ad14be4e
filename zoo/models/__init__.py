"""The models: one family a file, each a traced function with its paper and its presets."""

from zoo.models.lenet5 import lenet5
from zoo.models.mlp import mlp
from zoo.models.resnet20 import resnet20
from zoo.models.transformer import transformer

__all__ = ["lenet5", "mlp", "resnet20", "transformer"]
