"""The ops: one file each, declared as data; the functions here append them to a trace."""

from zoo.ops.add import add
from zoo.ops.avg_pool import avg_pool
from zoo.ops.batch_norm import batch_norm
from zoo.ops.concatenate import concatenate
from zoo.ops.conv2d import conv2d
from zoo.ops.dense import dense
from zoo.ops.dropout import dropout
from zoo.ops.embedding import embedding
from zoo.ops.flatten import flatten
from zoo.ops.gelu_erf import gelu_erf
from zoo.ops.gelu_tanh import gelu_tanh
from zoo.ops.global_avg_pool import global_avg_pool
from zoo.ops.input import input
from zoo.ops.layer_norm import layer_norm
from zoo.ops.learned_positions import learned_positions
from zoo.ops.log_softmax import log_softmax
from zoo.ops.max_pool import max_pool
from zoo.ops.mean import mean
from zoo.ops.multiply import multiply
from zoo.ops.relu import relu
from zoo.ops.reshape import reshape
from zoo.ops.select import select
from zoo.ops.self_attention import self_attention
from zoo.ops.sigmoid import sigmoid
from zoo.ops.softmax import softmax
from zoo.ops.tanh import tanh
from zoo.ops.transpose import transpose
from zoo.spec.op import OPS

__all__ = [
    "OPS",
    "add",
    "avg_pool",
    "batch_norm",
    "concatenate",
    "conv2d",
    "dense",
    "dropout",
    "embedding",
    "flatten",
    "gelu_erf",
    "gelu_tanh",
    "global_avg_pool",
    "input",
    "layer_norm",
    "learned_positions",
    "log_softmax",
    "max_pool",
    "mean",
    "multiply",
    "relu",
    "reshape",
    "select",
    "self_attention",
    "sigmoid",
    "softmax",
    "tanh",
    "transpose",
]
