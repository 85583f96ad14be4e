"""From a specification to a NumPy program: one function an op, then the module around them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Callable, Mapping

from zoo.emit.base import Code, Emitter, Program
from zoo.emit.outline import BlockClass, Chain, Layer, Member
from zoo.emit.pieces import literal
from zoo.emit.writer import Writer
from zoo.spec.graph import FlatNode, Spec
from zoo_tiny import helpers


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    Nothing here takes a mask. Raises UnsupportedError with all findings if the model has more than
    layers in a row.
    """
    return TinyEmitter(spec, mask_batch=mask_batch).program()


def dense(layer: Layer) -> Code:
    bias = "" if layer["bias"] else ", bias=False"
    sizes = f"{literal(layer['in_features'])}, {literal(layer['units'])}"
    return _layer("Dense", f"{sizes}{bias}", "Parameter")


def flatten(layer: Layer) -> Code:
    return _layer("Flatten")


def relu(layer: Layer) -> Code:
    return _layer("ReLU")


def sigmoid(layer: Layer) -> Code:
    return _layer("Sigmoid")


def tanh(layer: Layer) -> Code:
    return _layer("Tanh")


# All have one input, so that a model of them is a row: there is nothing to branch or to join.
TABLE: Mapping[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "flatten": flatten,
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
}


def _layer(cls: str, arguments: str = "", *needed: str) -> Code:
    return Code(
        "{self}({0})", make=f"{cls}({arguments})", helpers=("Layer", "Sequential", *needed, cls)
    )


class TinyEmitter(Emitter):
    backend = "tiny"
    framework = "Plain NumPy"
    module_names = (
        "np", "DTYPE", "loss_fn", "make_optimizer", "train_step", "model", "optimizer", "targets",
        "loss", "SGD",
    )  # fmt: skip
    table = TABLE
    helpers = MappingProxyType(
        {
            "Layer": helpers.LAYER,
            "Sequential": helpers.SEQUENTIAL,
            "Parameter": helpers.PARAMETER,
            "Dense": helpers.DENSE,
            "Flatten": helpers.FLATTEN,
            "ReLU": helpers.RELU,
            "Sigmoid": helpers.SIGMOID,
            "Tanh": helpers.TANH,
        }
    )
    reserved = frozenset({"self"})  # a layer's name is an argument of Sequential.__init__

    def refusals(self, node: FlatNode) -> list[str]:
        if node.op.kind == "dense" and len(node.input_types[0].shape) != 1:
            return [f"a dense layer takes vectors, not {node.input_types[0]}; put a flatten before"]
        return []

    def header(self, below: str) -> list[str]:
        imports = "import numpy as np\n\nDTYPE = np.float32"
        return [f'"""{self.title()}\n"""', "", imports]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        out.line(f"class {cls.name}(Sequential):")
        with out.indented():
            out.line(f"def __init__({self.signature(cls)}):")
            with out.indented():
                layers = ", ".join(map(self._named, cls.members))
                out.line(f"super().__init__({layers})")

    def _named(self, member: Member) -> str:
        if isinstance(member, Chain):
            made = f"Sequential({', '.join(self.elements(member, str))})"
        else:
            made = str(self.make(member))
        condition = f" if {member.condition} else None" if member.condition else ""
        return f"{self.attribute(member.name)}={made}{condition}"

    def footer(self) -> str:
        optimizer = self.spec.optimizer.attributes()
        heeded = self.training[self.spec.optimizer.kind]
        arguments = ", ".join(f"{name}={optimizer[name]}" for name in heeded)
        (x,) = (self.local(node.name) for node in self.spec.inputs)
        shape = (8, *self.spec.inputs[0].type.shape)
        return f'''
{helpers.SGD.strip()}


{LOSSES[self.spec.loss.kind].strip()}


def make_optimizer(model):
    return SGD(model.parameters().values(), {arguments})


def train_step(model, optimizer, {x}, targets):
    """One step on a batch; returns the loss before the step."""
    loss, gradient = loss_fn(model.forward({x}), targets)
    model.backward(gradient)
    optimizer.step()
    return loss


if __name__ == "__main__":
    np.random.seed(0)
    model = {self.entry}()
    optimizer = make_optimizer(model)
    {x} = np.random.normal(size={shape}).astype(DTYPE)
    targets = {self._random_targets()}
    for step in range(5):
        loss = train_step(model, optimizer, {x}, targets)
        print(f"step {{step}}: loss {{loss:.4f}}")
'''

    def _random_targets(self) -> str:
        target = self.spec.loss.target(self.spec.output_type)
        shape = (8, *target.shape)
        if target.dtype == "int":
            return f"np.random.randint({self.spec.output_type.shape[-1]}, size={shape})"
        return f"np.random.normal(size={shape}).astype(DTYPE)"


LOSSES = {
    "mean_squared_error": helpers.MEAN_SQUARED_ERROR,
    "softmax_cross_entropy": helpers.SOFTMAX_CROSS_ENTROPY,
}
