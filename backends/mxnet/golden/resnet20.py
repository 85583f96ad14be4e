"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

MXNet, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
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


class ProjectionShortcut(nn.HybridBlock):
    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv = nn.Conv2D(
            channels, 1, strides=stride, use_bias=False, in_channels=in_channels
        )
        self.bn = BatchNorm(in_channels=channels)

    def hybrid_forward(self, F, x):
        return self.bn(self.conv(x))


class BasicBlock(nn.HybridBlock):
    def __init__(self, in_channels, channels, stride=1, project=False):
        super().__init__()
        self.conv1 = nn.Conv2D(
            channels,
            3,
            strides=stride,
            padding=1,
            use_bias=False,
            in_channels=in_channels,
        )
        self.bn1 = BatchNorm(in_channels=channels)
        self.conv2 = nn.Conv2D(
            channels, 3, padding=1, use_bias=False, in_channels=channels
        )
        self.bn2 = BatchNorm(in_channels=channels)
        self.shortcut = (
            ProjectionShortcut(in_channels, channels, stride=stride)
            if project
            else gluon.contrib.nn.Identity()
        )

    def hybrid_forward(self, F, x):
        y = F.Activation(self.bn1(self.conv1(x)), act_type="relu")
        y = self.bn2(self.conv2(y))
        return F.Activation(y + self.shortcut(x), act_type="relu")


class ResNet20(nn.HybridBlock):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2D(16, 3, padding=1, use_bias=False, in_channels=3)
        self.bn1 = BatchNorm(in_channels=16)
        self.layer1 = nn.HybridSequential()
        self.layer1.add(*(BasicBlock(16, 16) for _ in range(3)))
        self.layer2 = nn.HybridSequential()
        self.layer2.add(
            BasicBlock(16, 32, stride=2, project=True),
            *(BasicBlock(32, 32) for _ in range(2)),
        )
        self.layer3 = nn.HybridSequential()
        self.layer3.add(
            BasicBlock(32, 64, stride=2, project=True),
            *(BasicBlock(64, 64) for _ in range(2)),
        )
        self.fc = nn.Dense(10, flatten=False, in_units=64)

    def hybrid_forward(self, F, image):
        x = F.Activation(self.bn1(self.conv1(image)), act_type="relu")
        x = self.layer1(x)
        x = self.layer2(x)
        return self.fc(F.mean(self.layer3(x), axis=(2, 3)))


def cross_entropy(F, output, targets):
    # With a temperature, even 1, MXNet does without oneDNN's log_softmax, whose
    # gradient in float32 is off by up to 4e-6.
    log_p = F.log_softmax(output, axis=-1, temperature=1)
    return -F.mean(F.pick(log_p, targets, axis=-1))


loss_fn = nn.HybridLambda(cross_entropy)


def make_trainer(model):
    sgd = {"learning_rate": 0.025, "momentum": 0.9}
    return gluon.Trainer(model.collect_params(), "sgd", sgd)


def train_step(model, trainer, image, targets):
    """One step on a batch; returns the loss before the step."""
    with autograd.record():
        loss = loss_fn(model(image), targets)
    backward(loss, model, image)
    trainer.step(1)  # not the batch size: the loss is the mean already
    return loss


if __name__ == "__main__":
    mx.random.seed(0)
    model = ResNet20()
    model.initialize(mx.init.Xavier())
    model.hybridize(static_alloc=True, static_shape=True)
    loss_fn.hybridize(static_alloc=True, static_shape=True)
    trainer = make_trainer(model)
    image = mx.nd.random.normal(shape=(8, 3, 32, 32))
    targets = mx.nd.random.randint(0, 10, shape=(8,))
    for step in range(5):
        loss = train_step(model, trainer, image, targets)
        print(f"step {step}: loss {loss.asscalar():.4f}")
