"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

MXNet, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import math

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn


class BatchNorm(nn.BatchNorm):
    """Batch norm whose running variance is the unbiased one, by way of `backward`."""

    def hybrid_forward(self, F, x, **states):
        self.x, self.counts = x, {}
        return super().hybrid_forward(F, x, **states)

    def count(self, shapes):
        """How many values each channel has if the model's inputs have these shapes."""
        if shapes not in self.counts:
            shape = self.x.shape if isinstance(self.x, mx.nd.NDArray) else None
            if shape is None:  # a symbol: the model is hybridized
                names = set(self.x.list_inputs())
                known = {name: shape for name, shape in shapes if name in names}
                shape = self.x.infer_shape(**known)[1][0]
            self.counts[shapes] = math.prod(shape) // shape[1]
        return self.counts[shapes]


def backward(loss, model, *inputs):
    """Backward pass, in which MXNet's own batch norm moves its running variance.

    It does v = k * v + (1 - k) * biased. With v scaled by (n - 1) / n before and by
    n / (n - 1) after, v moves by the unbiased variance, n / (n - 1) * biased.
    """
    norms = []
    model.apply(lambda b: norms.append(b) if isinstance(b, BatchNorm) else None)
    names = ["data"] if len(inputs) == 1 else [f"data{i}" for i in range(len(inputs))]
    shapes = tuple((name, x.shape) for name, x in zip(names, inputs))
    scales = [(norm.running_var.data(), norm.count(shapes)) for norm in norms]
    for variance, n in scales:
        variance *= (n - 1) / n
    loss.backward()
    for variance, n in scales:
        variance *= n / (n - 1)


class HiddenLayer(nn.HybridBlock):
    def __init__(self, in_features, units, drop_rate):
        super().__init__()
        self.linear = nn.Dense(
            units, flatten=False, use_bias=False, in_units=in_features
        )
        self.norm = BatchNorm(in_channels=units)
        self.dropout = nn.Dropout(drop_rate)

    def hybrid_forward(self, F, x):
        x = F.Activation(self.norm(self.linear(x)), act_type="relu")
        return self.dropout(x)


class MLP(nn.HybridBlock):
    def __init__(self):
        super().__init__()
        self.hidden = nn.HybridSequential()
        self.hidden.add(
            HiddenLayer(784, 512, drop_rate=0.5), HiddenLayer(512, 512, drop_rate=0.5)
        )
        self.output = nn.Dense(10, flatten=False, in_units=512)

    def hybrid_forward(self, F, x):
        return self.output(self.hidden(x))


def cross_entropy(F, output, targets):
    # With a temperature, even 1, MXNet does without oneDNN's log_softmax, whose
    # gradient in float32 is off by up to 4e-6.
    log_p = F.log_softmax(output, axis=-1, temperature=1)
    return -F.mean(F.pick(log_p, targets, axis=-1))


loss_fn = nn.HybridLambda(cross_entropy)


def make_trainer(model):
    sgd = {"learning_rate": 0.05, "momentum": 0.9}
    return gluon.Trainer(model.collect_params(), "sgd", sgd)


def train_step(model, trainer, x, targets):
    """One step on a batch; returns the loss before the step."""
    with autograd.record():
        loss = loss_fn(model(x), targets)
    backward(loss, model, x)
    trainer.step(1)  # not the batch size: the loss is the mean already
    return loss


if __name__ == "__main__":
    mx.random.seed(0)
    model = MLP()
    model.initialize(mx.init.Xavier())
    model.hybridize(static_alloc=True, static_shape=True)
    loss_fn.hybridize(static_alloc=True, static_shape=True)
    trainer = make_trainer(model)
    x = mx.nd.random.normal(shape=(8, 784))
    targets = mx.nd.random.randint(0, 10, shape=(8,))
    for step in range(5):
        loss = train_step(model, trainer, x, targets)
        print(f"step {step}: loss {loss.asscalar():.4f}")
