"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

Chainer, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np


class HiddenLayer(chainer.Chain):
    def __init__(self, in_features, units, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate
        with self.init_scope():
            self.linear = L.Linear(in_features, units, nobias=True)
            self.norm = L.BatchNormalization(units, eps=1e-05)

    def forward(self, x):
        x = F.relu(self.norm(self.linear(x)))
        return F.dropout(x, self.drop_rate)


class MLP(chainer.Chain):
    def __init__(self):
        super().__init__()
        with self.init_scope():
            self.hidden = chainer.Sequential(
                HiddenLayer(784, 512, drop_rate=0.5),
                HiddenLayer(512, 512, drop_rate=0.5),
            )
            self.output = L.Linear(512, 10)

    def forward(self, x):
        return self.output(self.hidden(x))


def loss_fn(output, targets):
    return F.softmax_cross_entropy(output, targets)


def make_optimizer(model):
    return chainer.optimizers.MomentumSGD(lr=0.05, momentum=0.9).setup(model)


def train_step(model, optimizer, x, targets):
    """One step on a batch; returns the loss before the step."""
    loss = loss_fn(model(x), targets)
    model.cleargrads()
    loss.backward()
    optimizer.update()
    return loss.array


if __name__ == "__main__":
    np.random.seed(0)
    model = MLP()
    optimizer = make_optimizer(model)
    x = np.random.randn(8, 784).astype(np.float32)
    targets = np.random.randint(10, size=(8,))
    for step in range(5):
        loss = train_step(model, optimizer, x, targets)
        print(f"step {step}: loss {loss:.4f}")
