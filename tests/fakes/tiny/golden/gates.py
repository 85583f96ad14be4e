"""Gates in a row, the last one open.

Plain NumPy, written by parityzoo from the specification gates
(18419944ff97290a).
"""

import numpy as np

DTYPE = np.float32


class Layer:
    """`backward` turns the gradient of what `forward` gave into that of what it took."""

    def parameters(self):
        return {}


class Sequential(Layer):
    """Layers in a row; those without a name are numbered, and None is no layer."""

    def __init__(self, *numbered, **named):
        layers = {**{str(i): layer for i, layer in enumerate(numbered)}, **named}
        self.layers = {name: layer for name, layer in layers.items() if layer}

    def parameters(self):
        return {
            f"{layer}.{name}": parameter
            for layer, inner in self.layers.items()
            for name, parameter in inner.parameters().items()
        }

    def forward(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def backward(self, gradient):
        for layer in reversed(self.layers.values()):
            gradient = layer.backward(gradient)
        return gradient


class Parameter:
    def __init__(self, value):
        self.value, self.gradient = value.astype(DTYPE), None


class Dense(Layer):
    def __init__(self, in_features, units, bias=True):
        deviation = (2 / (in_features + units)) ** 0.5
        self.weight = Parameter(np.random.normal(0, deviation, (units, in_features)))
        self.bias = Parameter(np.zeros(units)) if bias else None

    def parameters(self):
        named = {"weight": self.weight, "bias": self.bias}
        return {name: parameter for name, parameter in named.items() if parameter}

    def forward(self, x):
        self.x = x
        y = x @ self.weight.value.T
        return y + self.bias.value if self.bias else y

    def backward(self, gradient):
        self.weight.gradient = gradient.T @ self.x
        if self.bias:
            self.bias.gradient = gradient.sum(axis=0)
        return gradient @ self.weight.value


class Sigmoid(Layer):
    def forward(self, x):
        # exp(x) / (1 + exp(x)) overflows for large x; this does not.
        self.y = (1 + np.tanh(x / 2)) / 2
        return self.y

    def backward(self, gradient):
        return gradient * self.y * (1 - self.y)


class Gate(Sequential):
    def __init__(self, in_features, units, bounded=False):
        super().__init__(
            dense1=Dense(in_features, units, bias=False),
            sigmoid1=Sigmoid() if bounded else None,
        )


class Gates(Sequential):
    def __init__(self):
        super().__init__(
            gate=Sequential(*(Gate(6, 6, bounded=True) for _ in range(3))),
            self_=Gate(6, 2),
        )


class SGD:
    def __init__(self, parameters, learning_rate, momentum):
        self.learning_rate, self.momentum = learning_rate, momentum
        self.parameters = list(parameters)
        self.velocities = [np.zeros_like(p.value) for p in self.parameters]

    def step(self):
        for parameter, velocity in zip(self.parameters, self.velocities):
            velocity *= self.momentum
            velocity += parameter.gradient
            parameter.value -= self.learning_rate * velocity


def loss_fn(output, targets):
    """The loss, and its gradient with respect to the output."""
    difference = output - targets
    return np.mean(difference**2), 2 * difference / difference.size


def make_optimizer(model):
    return SGD(model.parameters().values(), learning_rate=0.05, momentum=0.0)


def train_step(model, optimizer, x, targets):
    """One step on a batch; returns the loss before the step."""
    loss, gradient = loss_fn(model.forward(x), targets)
    model.backward(gradient)
    optimizer.step()
    return loss


if __name__ == "__main__":
    np.random.seed(0)
    model = Gates()
    optimizer = make_optimizer(model)
    x = np.random.normal(size=(8, 6)).astype(DTYPE)
    targets = np.random.normal(size=(8, 2)).astype(DTYPE)
    for step in range(5):
        loss = train_step(model, optimizer, x, targets)
        print(f"step {step}: loss {loss:.4f}")
