"""A Transformer encoder that classifies sequences of tokens."""

from __future__ import annotations

from zoo.ops import (
    add,
    dense,
    dropout,
    embedding,
    gelu_erf,
    input,
    layer_norm,
    learned_positions,
    mean,
    self_attention,
)
from zoo.spec import Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy

PRESETS = {
    "default": {},
    "digits": {"vocabulary": 17, "length": 64, "features": 32, "layers": 2, "feed_forward": 64},
    "tiny": {
        "vocabulary": 11, "length": 5, "features": 8, "layers": 2, "heads": 2, "feed_forward": 12,
        "classes": 3,
    },
}  # fmt: skip


@block
def encoder_layer(x: Tensor, heads: int, feed_forward: int, drop_rate: float) -> Tensor:
    features = x.shape[-1]
    y = layer_norm(x, name="norm1")
    y = self_attention(y, heads, drop_rate=drop_rate, name="attention")
    if drop_rate:
        y = dropout(y, drop_rate, name="dropout1")
    x = add(x, y)
    y = layer_norm(x, name="norm2")
    y = gelu_erf(dense(y, feed_forward, name="linear1"))
    y = dense(y, features, name="linear2")
    if drop_rate:
        y = dropout(y, drop_rate, name="dropout2")
    return add(x, y)


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.01, momentum=0.9))
def transformer(
    vocabulary: int = 1000,
    length: int = 64,
    features: int = 128,
    layers: int = 4,
    heads: int = 4,
    feed_forward: int = 512,
    classes: int = 10,
    drop_rate: float = 0.1,
) -> Tensor:
    """Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

    Args:
        vocabulary: number of different tokens.
        length: tokens in a sequence.
        features: width of the residual stream.
        layers: number of encoder layers.
        heads: attention heads in each layer; divides `features`.
        feed_forward: hidden width of the two-layer perceptron (GELU, exact form).
        classes: size of the output (logits), computed from the mean over the sequence.
        drop_rate: of the embeddings, the attention probabilities and both residual branches.
    """
    x = input("tokens", (length,), dtype="int", below=vocabulary)
    x = embedding(x, vocabulary, features, name="embedding")
    x = learned_positions(x, name="positions")
    if drop_rate:
        x = dropout(x, drop_rate, name="dropout")
    for index in range(layers):
        x = encoder_layer(x, heads, feed_forward, drop_rate, name=f"layers.{index}")
    x = layer_norm(x, name="norm")
    x = mean(x, axis=1)
    return dense(x, classes, name="output")
