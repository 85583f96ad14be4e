"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

Chainer, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
"""

import chainer
import chainer.functions as F
import chainer.links as L
import numpy as np


class LeNet5(chainer.Chain):
    def __init__(self):
        super().__init__()
        with self.init_scope():
            self.conv1 = L.Convolution2D(1, 6, 5)
            self.conv2 = L.Convolution2D(6, 16, 5)
            self.fc1 = L.Linear(400, 120)
            self.fc2 = L.Linear(120, 84)
            self.fc3 = L.Linear(84, 10)

    def forward(self, image):
        x = F.average_pooling_2d(F.tanh(self.conv1(image)), 2)
        x = F.average_pooling_2d(F.tanh(self.conv2(x)), 2)
        x = F.tanh(self.fc1(F.reshape(x, (-1, 400))))
        return self.fc3(F.tanh(self.fc2(x)))


def loss_fn(output, targets):
    return F.softmax_cross_entropy(output, targets)


def make_optimizer(model):
    return chainer.optimizers.MomentumSGD(lr=0.05, momentum=0.9).setup(model)


def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    loss = loss_fn(model(image), targets)
    model.cleargrads()
    loss.backward()
    optimizer.update()
    return loss.array


if __name__ == "__main__":
    np.random.seed(0)
    model = LeNet5()
    optimizer = make_optimizer(model)
    image = np.random.randn(8, 1, 32, 32).astype(np.float32)
    targets = np.random.randint(10, size=(8,))
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss:.4f}")
