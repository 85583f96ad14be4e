"""The specification: models as traced Python functions, as data, and as JSON."""

from zoo.spec.graph import Call, FlatNode, Node, Spec
from zoo.spec.trace import Tensor, block, model

__all__ = ["Call", "FlatNode", "Node", "Spec", "Tensor", "block", "model"]
