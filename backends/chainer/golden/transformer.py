"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

Chainer, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np


class Linear(L.Linear):
    """On the last axis; Chainer's own would join all axes after the first."""

    def forward(self, x):
        return super().forward(x, n_batch_axes=x.ndim - 1)


class LayerNormalization(L.LayerNormalization):
    """On the last axis; Chainer's own takes matrices alone."""

    def forward(self, x):
        rows = F.reshape(x, (-1, x.shape[-1]))
        return F.reshape(super().forward(rows), x.shape)


class SelfAttention(chainer.Chain):
    def __init__(self, features, heads, drop_rate=0.0):
        super().__init__()
        self.heads, self.drop_rate = heads, drop_rate
        with self.init_scope():
            self.in_proj = Linear(features, 3 * features)
            self.out_proj = Linear(features, features)

    def forward(self, x):
        batch, length, features = x.shape
        q, k, v = (
            F.transpose(F.reshape(part, (batch, length, self.heads, -1)), (0, 2, 1, 3))
            for part in F.split_axis(self.in_proj(x), 3, axis=-1)
        )
        scores = F.matmul(q, k, transb=True) / q.shape[-1] ** 0.5
        p = F.dropout(F.softmax(scores, axis=-1), self.drop_rate)
        y = F.transpose(F.matmul(p, v), (0, 2, 1, 3))
        return self.out_proj(F.reshape(y, (batch, length, features)))


class LearnedPositions(chainer.Link):
    def __init__(self, length, features):
        super().__init__()
        with self.init_scope():
            normal = chainer.initializers.Normal(0.02)
            self.W = chainer.Parameter(normal, (length, features))

    def forward(self, x):
        return x + self.W


def gelu(x):
    return x * F.ndtr(x)


class EncoderLayer(chainer.Chain):
    def __init__(self, in_features, heads, feed_forward, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate
        with self.init_scope():
            self.norm1 = LayerNormalization(in_features, eps=1e-05)
            self.attention = SelfAttention(in_features, heads, drop_rate=drop_rate)
            self.norm2 = LayerNormalization(in_features, eps=1e-05)
            self.linear1 = Linear(in_features, feed_forward)
            self.linear2 = Linear(feed_forward, in_features)

    def forward(self, x):
        x = x + F.dropout(self.attention(self.norm1(x)), self.drop_rate)
        y = gelu(self.linear1(self.norm2(x)))
        return x + F.dropout(self.linear2(y), self.drop_rate)


class Transformer(chainer.Chain):
    def __init__(self):
        super().__init__()
        with self.init_scope():
            self.embedding = L.EmbedID(
                1000, 128, initialW=chainer.initializers.Normal(0.02)
            )
            self.positions = LearnedPositions(64, 128)
            self.layers = chainer.Sequential(
                *(
                    EncoderLayer(128, 4, feed_forward=512, drop_rate=0.1)
                    for _ in range(4)
                )
            )
            self.norm = LayerNormalization(128, eps=1e-05)
            self.output = L.Linear(128, 10)

    def forward(self, tokens):
        x = F.dropout(self.positions(self.embedding(tokens)), 0.1)
        x = F.mean(self.norm(self.layers(x)), axis=1)
        return self.output(x)


def loss_fn(output, targets):
    return F.softmax_cross_entropy(output, targets)


def make_optimizer(model):
    return chainer.optimizers.MomentumSGD(lr=0.01, momentum=0.9).setup(model)


def train_step(model, optimizer, tokens, targets):
    """One step on a batch; returns the loss before the step."""
    loss = loss_fn(model(tokens), targets)
    model.cleargrads()
    loss.backward()
    optimizer.update()
    return loss.array


if __name__ == "__main__":
    np.random.seed(0)
    model = Transformer()
    optimizer = make_optimizer(model)
    tokens = np.random.randint(1000, size=(8, 64))
    targets = np.random.randint(10, size=(8,))
    for step in range(5):
        loss = train_step(model, optimizer, tokens, targets)
        print(f"step {step}: loss {loss:.4f}")
