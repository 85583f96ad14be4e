"""A small classifier of images.

Plain NumPy, written by parityzoo from the specification small
(50c3dad5df28b2c7).
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


class Flatten(Layer):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, gradient):
        return gradient.reshape(self.shape)


class ReLU(Layer):
    def forward(self, x):
        self.positive = x > 0
        return x * self.positive

    def backward(self, gradient):
        return gradient * self.positive


class Tanh(Layer):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, gradient):
        return gradient * (1 - self.y**2)


class Hidden(Sequential):
    def __init__(self, in_features, units):
        super().__init__(dense1=Dense(in_features, units), relu1=ReLU())


class Hidden2(Sequential):
    def __init__(self, in_features, units):
        super().__init__(dense1=Dense(in_features, units), tanh1=Tanh())


class Small(Sequential):
    def __init__(self):
        super().__init__(
            flatten1=Flatten(),
            hidden=Sequential(Hidden(48, 16), Hidden(16, 16)),
            last=Hidden2(16, 8),
            output=Dense(8, 5),
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
    shifted = output - output.max(axis=-1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    labels = np.eye(output.shape[-1], dtype=DTYPE)[targets]
    loss = -(labels * log_softmax).sum() / targets.size
    return loss, (np.exp(log_softmax) - labels) / targets.size


def make_optimizer(model):
    return SGD(model.parameters().values(), learning_rate=0.1, momentum=0.9)


def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    loss, gradient = loss_fn(model.forward(image), targets)
    model.backward(gradient)
    optimizer.step()
    return loss


if __name__ == "__main__":
    np.random.seed(0)
    model = Small()
    optimizer = make_optimizer(model)
    image = np.random.normal(size=(8, 3, 4, 4)).astype(DTYPE)
    targets = np.random.randint(5, size=(8,))
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss:.4f}")
