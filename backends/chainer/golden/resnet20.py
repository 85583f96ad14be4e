"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

Chainer, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
"""

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np


class ProjectionShortcut(chainer.Chain):
    def __init__(self, in_channels, channels, stride):
        super().__init__()
        with self.init_scope():
            self.conv = L.Convolution2D(
                in_channels, channels, 1, stride=stride, nobias=True
            )
            self.bn = L.BatchNormalization(channels, eps=1e-05)

    def forward(self, x):
        return self.bn(self.conv(x))


class BasicBlock(chainer.Chain):
    def __init__(self, in_channels, channels, stride=1, project=False):
        super().__init__()
        with self.init_scope():
            self.conv1 = L.Convolution2D(
                in_channels, channels, 3, stride=stride, pad=1, nobias=True
            )
            self.bn1 = L.BatchNormalization(channels, eps=1e-05)
            self.conv2 = L.Convolution2D(channels, channels, 3, pad=1, nobias=True)
            self.bn2 = L.BatchNormalization(channels, eps=1e-05)
            self.shortcut = (
                ProjectionShortcut(in_channels, channels, stride=stride)
                if project
                else F.identity
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))


class ResNet20(chainer.Chain):
    def __init__(self):
        super().__init__()
        with self.init_scope():
            self.conv1 = L.Convolution2D(3, 16, 3, pad=1, nobias=True)
            self.bn1 = L.BatchNormalization(16, eps=1e-05)
            self.layer1 = chainer.Sequential(*(BasicBlock(16, 16) for _ in range(3)))
            self.layer2 = chainer.Sequential(
                BasicBlock(16, 32, stride=2, project=True),
                *(BasicBlock(32, 32) for _ in range(2)),
            )
            self.layer3 = chainer.Sequential(
                BasicBlock(32, 64, stride=2, project=True),
                *(BasicBlock(64, 64) for _ in range(2)),
            )
            self.fc = L.Linear(64, 10)

    def forward(self, image):
        x = F.relu(self.bn1(self.conv1(image)))
        x = self.layer1(x)
        x = self.layer2(x)
        return self.fc(F.mean(self.layer3(x), axis=(2, 3)))


def loss_fn(output, targets):
    return F.softmax_cross_entropy(output, targets)


def make_optimizer(model):
    return chainer.optimizers.MomentumSGD(lr=0.025, momentum=0.9).setup(model)


def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    loss = loss_fn(model(image), targets)
    model.cleargrads()
    loss.backward()
    optimizer.update()
    return loss.array


if __name__ == "__main__":
    np.random.seed(0)
    model = ResNet20()
    optimizer = make_optimizer(model)
    image = np.random.randn(8, 3, 32, 32).astype(np.float32)
    targets = np.random.randint(10, size=(8,))
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss:.4f}")
