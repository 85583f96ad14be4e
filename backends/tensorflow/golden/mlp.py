"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

TensorFlow, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import tensorflow as tf

DTYPE = tf.float32


class Dense(tf.Module):
    def __init__(self, in_features, units, bias=True):
        super().__init__()
        stddev = (2 / (in_features + units)) ** 0.5
        self.kernel = tf.Variable(
            tf.random.normal([in_features, units], stddev=stddev, dtype=DTYPE)
        )
        self.bias = tf.Variable(tf.zeros([units], DTYPE)) if bias else None

    def __call__(self, x):
        y = tf.matmul(x, self.kernel)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)


class BatchNorm(tf.Module):
    """Batch norm over all axes but the last, with the unbiased moving variance."""

    def __init__(self, channels, epsilon=1e-05, kept_fraction=0.9):
        super().__init__()
        self.epsilon, self.kept_fraction = epsilon, kept_fraction
        self.scale = tf.Variable(tf.ones([channels], DTYPE))
        self.offset = tf.Variable(tf.zeros([channels], DTYPE))
        self.moving_mean = tf.Variable(tf.zeros([channels], DTYPE), trainable=False)
        self.moving_variance = tf.Variable(tf.ones([channels], DTYPE), trainable=False)

    def __call__(self, x, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            mean, variance = tf.nn.moments(x, axes=list(range(len(x.shape) - 1)))
            self.move(mean, variance * self.correction(x))
        return tf.nn.batch_normalization(
            x, mean, variance, self.offset, self.scale, self.epsilon
        )

    def move(self, mean, variance):
        kept = self.kept_fraction
        self.moving_mean.assign(kept * self.moving_mean + (1 - kept) * mean)
        self.moving_variance.assign(kept * self.moving_variance + (1 - kept) * variance)

    def correction(self, x):
        """From the biased variance to the unbiased: n / (n - 1), n values a channel."""
        count = tf.cast(tf.size(x) // x.shape[-1], tf.float64)
        return tf.cast(count / (count - 1), x.dtype)


class Dropout(tf.Module):
    def __init__(self, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate

    def __call__(self, x, training=False):
        return tf.nn.dropout(x, self.drop_rate) if training else x


class HiddenLayer(tf.Module):
    def __init__(self, in_features, units, drop_rate):
        super().__init__()
        self.linear = Dense(in_features, units, bias=False)
        self.norm = BatchNorm(units)
        self.dropout = Dropout(drop_rate)

    def __call__(self, x, training=False):
        x = tf.nn.relu(self.norm(self.linear(x), training))
        return self.dropout(x, training)


class MLP(tf.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [
            HiddenLayer(784, 512, drop_rate=0.5),
            HiddenLayer(512, 512, drop_rate=0.5),
        ]
        self.output = Dense(512, 10)

    def __call__(self, x, training=False):
        for layer in self.hidden:
            x = layer(x, training)
        return self.output(x)


class SGD(tf.Module):
    def __init__(self, variables, learning_rate, momentum):
        super().__init__()
        self.learning_rate, self.momentum = learning_rate, momentum
        self.trained = list(variables)
        self.velocities = [
            tf.Variable(tf.zeros_like(v), trainable=False) for v in variables
        ]

    def apply(self, gradients):
        for variable, velocity, gradient in zip(
            self.trained, self.velocities, gradients
        ):
            # One fused pass over each parameter, where plain operations are several:
            # velocity = momentum * velocity + gradient; variable -= rate * velocity.
            tf.raw_ops.ResourceApplyMomentum(
                var=variable.handle,
                accum=velocity.handle,
                lr=tf.constant(self.learning_rate, variable.dtype),
                grad=tf.convert_to_tensor(gradient),
                momentum=tf.constant(self.momentum, variable.dtype),
            )


def loss_fn(output, targets):
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=output)
    )


def make_optimizer(model):
    return SGD(model.trainable_variables, learning_rate=0.05, momentum=0.9)


@tf.function
def train_step(model, optimizer, x, targets):
    """One step on a batch; returns the loss before the step."""
    with tf.GradientTape() as tape:
        loss = loss_fn(model(x, training=True), targets)
    optimizer.apply(tape.gradient(loss, model.trainable_variables))
    return loss


if __name__ == "__main__":
    tf.random.set_seed(0)
    model = MLP()
    optimizer = make_optimizer(model)
    x = tf.random.normal([8, 784], dtype=DTYPE)
    targets = tf.random.uniform([8], maxval=10, dtype=tf.int32)
    for step in range(5):
        loss = train_step(model, optimizer, x, targets)
        print(f"step {step}: loss {loss.numpy():.4f}")
