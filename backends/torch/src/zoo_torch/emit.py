"""From a specification to a PyTorch module: one function an op, then the module around them."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Any, Callable, Mapping

from zoo.emit.base import Code, Emitter, Program, infix, plain_function
from zoo.emit.outline import BlockClass, Chain, Layer, Member
from zoo.emit.pieces import literal, pair, unless, uses
from zoo.emit.training import EVERYTHING
from zoo.emit.writer import Writer
from zoo.spec.graph import Spec
from zoo_torch import helpers, training


def emit(spec: Spec, *, mask_batch: int | None = None) -> Program:
    """The program of a model.

    With `mask_batch`, dropout takes given masks for a batch of that size. Raises UnsupportedError
    with all findings if PyTorch cannot express the model.
    """
    return TorchEmitter(spec, mask_batch=mask_batch).program()


def flatten(layer: Layer) -> Code:
    if layer.facts.ranks[0] == 1:  # torch.flatten wants an axis beside the batch
        return Code("{0}[:, None]")
    return Code("torch.flatten({0}, 1)")


def dense(layer: Layer) -> Code:
    bias = "" if layer["bias"] else ", bias=False"
    return _module(f"nn.Linear({literal(layer['in_features'])}, {literal(layer['units'])}{bias})")


def conv2d(layer: Layer) -> Code:
    pads, even = _pads(layer)
    arguments = [literal(layer["in_channels"]), literal(layer["channels"]), pair(layer["kernel"])]
    arguments += unless(1, stride=pair(layer["stride"]))
    arguments += unless(0, padding=pads if even else "0")
    arguments += unless(1, dilation=pair(layer["dilation"]), groups=literal(layer["groups"]))
    if not layer["bias"]:
        arguments.append("bias=False")
    if even:
        return _module(f"nn.Conv2d({', '.join(arguments)})")
    return _module(f"PaddedConv2d({', '.join(arguments)}, pads={pads})", "PaddedConv2d")


def max_pool(layer: Layer) -> Code:
    pads, even = _pads(layer, most_half=True)
    padding = f", padding={pads}" if even and pads != "0" else ""
    x = "{0}" if even else "F.pad({0}, " + pads + ", value=-torch.inf)"
    return Code(f"F.max_pool2d({x}, {_window(layer)}{padding})")


def avg_pool(layer: Layer) -> Code:
    pads, even = _pads(layer, most_half=True)
    if not even and not layer["count_padding"]:
        kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
        return Code(
            f"average_inside({{0}}, {kernel}, {stride}, {pads})", helpers=("average_inside",)
        )
    padding = f", padding={pads}" if even and pads != "0" else ""
    if padding and not layer["count_padding"]:
        padding += ", count_include_pad=False"
    x = "{0}" if even else "F.pad({0}, " + pads + ")"
    return Code(f"F.avg_pool2d({x}, {_window(layer)}{padding})")


def global_avg_pool(layer: Layer) -> Code:
    return Code("torch.mean({0}, dim=(2, 3))")


def batch_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_channels"])]
    arguments += unless(1e-05, eps=literal(layer["epsilon"]))
    arguments += unless(0.1, momentum=repr(_momentum(layer["kept_fraction"])))
    rank = len(layer.input_types[0].shape)
    name = "nn.BatchNorm2d" if rank == 3 else "nn.BatchNorm1d"
    if layer["running_variance"] == "biased":
        return _module(f"BiasedBatchNorm({', '.join(arguments)})", "BiasedBatchNorm")
    return _module(f"{name}({', '.join(arguments)})")


def layer_norm(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), *unless(1e-05, eps=literal(layer["epsilon"]))]
    return _module(f"nn.LayerNorm({', '.join(arguments)})")


def dropout(layer: Layer) -> Code:
    rate = literal(layer["drop_rate"])
    original = layer["form"] == "original"
    if "mask_shape" in layer.fields:
        name = "OriginalMaskedDropout" if original else "MaskedDropout"
        return _module(f"{name}({rate}, {literal(layer['mask_shape'])})", "MaskedDropout", name)
    if original:
        return _module(f"OriginalDropout({rate})", "OriginalDropout")
    return _module(f"nn.Dropout({rate})")


def embedding(layer: Layer) -> Code:
    return _module(f"nn.Embedding({literal(layer['vocabulary'])}, {literal(layer['features'])})")


def learned_positions(layer: Layer) -> Code:
    sizes = f"{literal(layer['length'])}, {literal(layer['in_features'])}"
    return _module(f"LearnedPositions({sizes})", "LearnedPositions")


def self_attention(layer: Layer) -> Code:
    arguments = [literal(layer["in_features"]), literal(layer["heads"])]
    flags = unless(False, causal=literal(layer["causal"]))
    flags += unless(0.0, drop_rate=literal(layer["drop_rate"]))
    if "mask_shape" in layer.fields:
        # Fused attention has no hook for a given mask, so this one is written out.
        arguments += [literal(layer["mask_shape"]), *flags]
        made = f"MaskedSelfAttention({', '.join(arguments)})"
        return _module(made, "MaskedSelfAttention", "MaskedDropout")
    return _module(f"SelfAttention({', '.join([*arguments, *flags])})", "SelfAttention")


def relu(layer: Layer) -> Code:
    return Code("F.relu({0}, inplace=True)" if layer.facts.overwrites else "F.relu({0})")


def reshape(layer: Layer) -> Code:
    return Code(f"torch.reshape({{0}}, {(-1, *layer['shape'])})")


def transpose(layer: Layer) -> Code:
    return Code(f"torch.permute({{0}}, {(0, *layer['axes'])})")


def select(layer: Layer) -> Code:
    return Code(f"torch.select({{0}}, {layer['axis']}, {literal(layer['index'])})")


TABLE: Mapping[str, Callable[[Layer], Code]] = {
    "dense": dense,
    "conv2d": conv2d,
    "max_pool": max_pool,
    "avg_pool": avg_pool,
    "global_avg_pool": global_avg_pool,
    "batch_norm": batch_norm,
    "layer_norm": layer_norm,
    "dropout": dropout,
    "relu": relu,
    "gelu_erf": plain_function("F.gelu({0})"),
    "gelu_tanh": plain_function('F.gelu({0}, approximate="tanh")'),
    "tanh": plain_function("torch.tanh({0})"),
    "sigmoid": plain_function("torch.sigmoid({0})"),
    "softmax": plain_function("F.softmax({0}, dim=AXIS)"),
    "log_softmax": plain_function("F.log_softmax({0}, dim=AXIS)"),
    "embedding": embedding,
    "learned_positions": learned_positions,
    "self_attention": self_attention,
    "add": infix("+"),
    "multiply": infix("*"),
    "concatenate": plain_function("torch.cat(({all}), dim=AXIS)"),
    "flatten": flatten,
    "reshape": reshape,
    "transpose": transpose,
    "mean": plain_function("torch.mean({0}, dim=AXIS)"),
    "select": select,
}


def _module(made: str, *needed: str) -> Code:
    return Code("{self}({0})", make=made, helpers=needed)


def _momentum(kept: float) -> float:
    """1 - kept, without digits that are only of the subtraction."""
    short = round(1 - kept, 12)
    return short if 1 - short == kept else 1 - kept


def _window(layer: Layer) -> str:
    kernel, stride = pair(layer["kernel"]), pair(layer["stride"])
    return kernel if kernel == stride else f"{kernel}, stride={stride}"


def _pads(layer: Layer, *, most_half: bool = False) -> tuple[str, bool]:
    """The pads and whether the layer itself can take them, else as F.pad wants them.

    PyTorch pads both sides alike, its pools by half the kernel at most.
    """
    top, bottom, left, right = layer["pads"]
    even = top == bottom and left == right
    if most_half and even:
        kernel: Any = layer.op.attributes()["kernel"]
        even = 2 * top <= kernel[0] and 2 * left <= kernel[1]
    return (pair((top, left)), True) if even else (repr((left, right, top, bottom)), False)


def _law(member: Member, own: str) -> list[str]:
    """How an embedding starts, if not with PyTorch's standard deviation of 1."""
    if not isinstance(member, Layer) or member.op.kind != "embedding":
        return []
    line = f"nn.init.normal_({own}.weight, std=0.02)"
    return [f"if {member.condition}:", f"    {line}"] if member.condition else [line]


# Attributes of nn.Module, which a layer of that name would hide.
MODULE_ATTRIBUTES = """
T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double
dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules
named_parameters parameters register_backward_hook register_buffer register_forward_hook
register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module
register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_
set_extra_state set_submodule share_memory state_dict to to_empty train training type xpu
zero_grad
"""


class TorchEmitter(Emitter):
    backend = "torch"
    framework = "PyTorch"
    module_names = (
        "torch", "nn", "F", "math", "loss_fn", "make_optimizer", "train_step", "model", "optimizer",
        "targets", "loss", "rate_factor", "clip_gradients", *training.CLASSES,
    )  # fmt: skip
    table = TABLE
    training = EVERYTHING
    accumulates = True
    helpers = MappingProxyType(
        {
            "OriginalDropout": helpers.ORIGINAL_DROPOUT,
            "MaskedDropout": helpers.MASKED_DROPOUT,
            "OriginalMaskedDropout": helpers.ORIGINAL_MASKED_DROPOUT,
            "SelfAttention": helpers.SELF_ATTENTION,
            "MaskedSelfAttention": helpers.MASKED_SELF_ATTENTION,
            "LearnedPositions": helpers.LEARNED_POSITIONS,
            "BiasedBatchNorm": helpers.BIASED_BATCH_NORM,
            "average_inside": helpers.AVERAGE_INSIDE,
            "PaddedConv2d": helpers.PADDED_CONV,
            "Lambda": helpers.LAMBDA,
        }
    )
    function_in_chain = ("Lambda",)
    has_inplace = True
    reserved = frozenset(MODULE_ATTRIBUTES.split())

    def header(self, below: str) -> list[str]:
        imports = "import torch\nimport torch.nn.functional as F\nfrom torch import nn"
        if uses(below, "math"):
            imports = f"import math\n\n{imports}"
        return [f'"""{self.title()}\n"""', "", imports]

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        out.line(f"class {cls.name}(nn.Module):")
        with out.indented():
            out.line(f"def __init__({self.signature(cls)}):")
            with out.indented():
                out.line("super().__init__()")
                for name, own in self.arguments_kept(cls).items():
                    out.line(f"self.{own} = {name}")
                for member in cls.members:
                    out.lines(self._declare(member))
                if cls is self.outline.model and self._can_be_channels_last():
                    out.line("# Convolutions are faster on this layout; meaning is unchanged.")
                    out.line("self.to(memory_format=torch.channels_last)")
            out.line("")
            out.line(f"def forward({', '.join(['self', *map(self.local, cls.inputs)])}):")
            with out.indented():
                out.lines(self.forward(cls, partial(self.called, cls)))

    def _can_be_channels_last(self) -> bool:
        """With convolutions, and no tensor of five axes, for which Module.to raises an error."""
        kept = [state.shape for state in self.spec.states.values()]
        kept += [(1, *mask.shape) for mask in self.spec.masks.values()]
        has_convolutions = any(node.op.kind == "conv2d" for node in self.spec.nodes)
        return has_convolutions and all(len(shape) != 5 for shape in kept)

    def _declare(self, member: Member) -> list[str]:
        own = f"self.{self.attribute(member.name)}"
        if isinstance(member, Chain):
            elements = ", ".join(self.elements(member, self._as_module))
            first, _ = member.runs[0]  # no op but an embedding takes integers
            return [f"{own} = nn.Sequential({elements})", *_law(first, f"{own}[0]")]
        made = self.make(member)
        if made is None:
            return []
        if member.condition:
            made = f"{made} if {member.condition} else nn.Identity()"
        return [f"{own} = {made}", *_law(member, own)]

    def _as_module(self, layer: Layer) -> str:
        return f"Lambda(lambda x: {self.layer_call(layer, ['x'], '')})"

    def footer(self) -> str:
        return training.footer(self)
