"""Classes that emitted programs contain when a model needs them, as text."""

from __future__ import annotations

LAYER = '''
class Layer:
    """`backward` turns the gradient of what `forward` gave into that of what it took."""

    def parameters(self):
        return {}
'''

SEQUENTIAL = '''
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
'''

PARAMETER = """
class Parameter:
    def __init__(self, value):
        self.value, self.gradient = value.astype(DTYPE), None
"""

DENSE = """
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
"""

FLATTEN = """
class Flatten(Layer):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, gradient):
        return gradient.reshape(self.shape)
"""

RELU = """
class ReLU(Layer):
    def forward(self, x):
        self.positive = x > 0
        return x * self.positive

    def backward(self, gradient):
        return gradient * self.positive
"""

SIGMOID = """
class Sigmoid(Layer):
    def forward(self, x):
        # exp(x) / (1 + exp(x)) overflows for large x; this does not.
        self.y = (1 + np.tanh(x / 2)) / 2
        return self.y

    def backward(self, gradient):
        return gradient * self.y * (1 - self.y)
"""

TANH = """
class Tanh(Layer):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, gradient):
        return gradient * (1 - self.y**2)
"""

SGD = """
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
"""

SOFTMAX_CROSS_ENTROPY = '''
def loss_fn(output, targets):
    """The loss, and its gradient with respect to the output."""
    shifted = output - output.max(axis=-1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    labels = np.eye(output.shape[-1], dtype=DTYPE)[targets]
    loss = -(labels * log_softmax).sum() / targets.size
    return loss, (np.exp(log_softmax) - labels) / targets.size
'''

MEAN_SQUARED_ERROR = '''
def loss_fn(output, targets):
    """The loss, and its gradient with respect to the output."""
    difference = output - targets
    return np.mean(difference**2), 2 * difference / difference.size
'''
