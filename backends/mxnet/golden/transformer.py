"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

MXNet, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn


class SelfAttention(nn.HybridBlock):
    def __init__(self, features, heads, drop_rate=0.0):
        super().__init__()
        self.heads, self.scale = heads, (features / heads) ** -0.5
        self.in_proj = nn.Dense(3 * features, flatten=False, in_units=features)
        self.out_proj = nn.Dense(features, flatten=False, in_units=features)
        self.dropout = nn.Dropout(drop_rate)

    def hybrid_forward(self, F, x):
        # q, k and v have the axes batch, length, head, and the features of one head.
        x = F.reshape(self.in_proj(x), shape=(0, 0, 3 * self.heads, -1))
        q, k, v = F.split(x, 3, axis=2)
        scores = F.linalg.gemm2(q, k, transpose_b=True, alpha=self.scale, axis=1)
        p = F.softmax(scores, axis=-1)
        y = F.linalg.gemm2(self.dropout(p), v, axis=1)
        return self.out_proj(F.reshape(y, shape=(0, 0, -3)))


class LearnedPositions(nn.HybridBlock):
    def __init__(self, length, features):
        super().__init__()
        self.weight = self.params.get(
            "weight", shape=(length, features), init=mx.init.Normal(0.02)
        )

    def hybrid_forward(self, F, x, weight):
        return F.broadcast_add(x, F.expand_dims(weight, axis=0))


class EncoderLayer(nn.HybridBlock):
    def __init__(self, in_features, heads, feed_forward, drop_rate):
        super().__init__()
        self.norm1 = nn.LayerNorm(in_channels=in_features)
        self.attention = SelfAttention(in_features, heads, drop_rate=drop_rate)
        self.dropout1 = nn.Dropout(drop_rate)
        self.norm2 = nn.LayerNorm(in_channels=in_features)
        self.linear1 = nn.Dense(feed_forward, flatten=False, in_units=in_features)
        self.gelu1 = nn.GELU()
        self.linear2 = nn.Dense(in_features, flatten=False, in_units=feed_forward)
        self.dropout2 = nn.Dropout(drop_rate)

    def hybrid_forward(self, F, x):
        x = x + self.dropout1(self.attention(self.norm1(x)))
        y = self.gelu1(self.linear1(self.norm2(x)))
        return x + self.dropout2(self.linear2(y))


class Transformer(nn.HybridBlock):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(
            1000, 128, weight_initializer=mx.init.Normal(0.02)
        )
        self.positions = LearnedPositions(64, 128)
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.HybridSequential()
        self.layers.add(
            *(EncoderLayer(128, 4, feed_forward=512, drop_rate=0.1) for _ in range(4))
        )
        self.norm = nn.LayerNorm(in_channels=128)
        self.output = nn.Dense(10, flatten=False, in_units=128)

    def hybrid_forward(self, F, tokens):
        x = self.dropout(self.positions(self.embedding(tokens)))
        x = F.mean(self.norm(self.layers(x)), axis=1)
        return self.output(x)


def cross_entropy(F, output, targets):
    # With a temperature, even 1, MXNet does without oneDNN's log_softmax, whose
    # gradient in float32 is off by up to 4e-6.
    log_p = F.log_softmax(output, axis=-1, temperature=1)
    return -F.mean(F.pick(log_p, targets, axis=-1))


loss_fn = nn.HybridLambda(cross_entropy)


def make_trainer(model):
    sgd = {"learning_rate": 0.01, "momentum": 0.9}
    return gluon.Trainer(model.collect_params(), "sgd", sgd)


def train_step(model, trainer, tokens, targets):
    """One step on a batch; returns the loss before the step."""
    with autograd.record():
        loss = loss_fn(model(tokens), targets)
    loss.backward()
    trainer.step(1)  # not the batch size: the loss is the mean already
    return loss


if __name__ == "__main__":
    mx.random.seed(0)
    model = Transformer()
    model.initialize(mx.init.Xavier())
    model.hybridize(static_alloc=True, static_shape=True)
    loss_fn.hybridize(static_alloc=True, static_shape=True)
    trainer = make_trainer(model)
    tokens = mx.nd.random.randint(0, 1000, shape=(8, 64))
    targets = mx.nd.random.randint(0, 10, shape=(8,))
    for step in range(5):
        loss = train_step(model, trainer, tokens, targets)
        print(f"step {step}: loss {loss.asscalar():.4f}")
