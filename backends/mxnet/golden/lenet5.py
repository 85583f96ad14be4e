"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

MXNet, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
"""

import mxnet as mx
from mxnet import autograd, gluon
from mxnet.gluon import nn


class LeNet5(nn.HybridBlock):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2D(6, 5, in_channels=1)
        self.pool1 = nn.AvgPool2D(2)
        self.conv2 = nn.Conv2D(16, 5, in_channels=6)
        self.pool2 = nn.AvgPool2D(2)
        self.fc1 = nn.Dense(120, flatten=False, in_units=400)
        self.fc2 = nn.Dense(84, flatten=False, in_units=120)
        self.fc3 = nn.Dense(10, flatten=False, in_units=84)

    def hybrid_forward(self, F, image):
        x = self.pool1(F.tanh(self.conv1(image)))
        x = self.pool2(F.tanh(self.conv2(x)))
        x = F.tanh(self.fc1(F.flatten(x)))
        return self.fc3(F.tanh(self.fc2(x)))


def cross_entropy(F, output, targets):
    # With a temperature, even 1, MXNet does without oneDNN's log_softmax, whose
    # gradient in float32 is off by up to 4e-6.
    log_p = F.log_softmax(output, axis=-1, temperature=1)
    return -F.mean(F.pick(log_p, targets, axis=-1))


loss_fn = nn.HybridLambda(cross_entropy)


def make_trainer(model):
    sgd = {"learning_rate": 0.05, "momentum": 0.9}
    return gluon.Trainer(model.collect_params(), "sgd", sgd)


def train_step(model, trainer, image, targets):
    """One step on a batch; returns the loss before the step."""
    with autograd.record():
        loss = loss_fn(model(image), targets)
    loss.backward()
    trainer.step(1)  # not the batch size: the loss is the mean already
    return loss


if __name__ == "__main__":
    mx.random.seed(0)
    model = LeNet5()
    model.initialize(mx.init.Xavier())
    model.hybridize(static_alloc=True, static_shape=True)
    loss_fn.hybridize(static_alloc=True, static_shape=True)
    trainer = make_trainer(model)
    image = mx.nd.random.normal(shape=(8, 1, 32, 32))
    targets = mx.nd.random.randint(0, 10, shape=(8,))
    for step in range(5):
        loss = train_step(model, trainer, image, targets)
        print(f"step {step}: loss {loss.asscalar():.4f}")
