"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

TensorFlow, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
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


class Conv2D(tf.Module):
    """Convolution of (batch, height, width, channels) with pads on each side."""

    def __init__(self, in_channels, channels, kernel, stride=1, pads=0, bias=True):
        super().__init__()
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        top, bottom, left, right = (pads,) * 4 if isinstance(pads, int) else pads
        self.stride, self.padding, self.pads = stride, "VALID", None
        half = ((height - 1) // 2, height // 2, (width - 1) // 2, width // 2)
        if stride == 1 and (top, bottom, left, right) == half:
            self.padding = "SAME"
        elif any([top, bottom, left, right]):
            self.pads = [[0, 0], [top, bottom], [left, right], [0, 0]]
        shape = [height, width, in_channels, channels]
        stddev = (2 / (in_channels * height * width)) ** 0.5
        self.kernel = tf.Variable(tf.random.normal(shape, stddev=stddev, dtype=DTYPE))
        self.bias = tf.Variable(tf.zeros([channels], DTYPE)) if bias else None

    def __call__(self, x):
        if self.pads:
            # Given to tf.nn.conv2d as numbers, they make its gradient slow on a CPU.
            x = tf.pad(x, self.pads)
        y = tf.nn.conv2d(x, self.kernel, self.stride, self.padding)
        return y if self.bias is None else tf.nn.bias_add(y, self.bias)


class LeNet5(tf.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2D(1, 6, 5)
        self.conv2 = Conv2D(6, 16, 5)
        self.fc1 = Dense(400, 120)
        self.fc2 = Dense(120, 84)
        self.fc3 = Dense(84, 10)

    def __call__(self, image):
        x = tf.nn.avg_pool2d(tf.tanh(self.conv1(image)), 2, 2, "VALID")
        x = tf.nn.avg_pool2d(tf.tanh(self.conv2(x)), 2, 2, "VALID")
        x = tf.tanh(self.fc1(tf.reshape(x, [-1, 400])))
        return self.fc3(tf.tanh(self.fc2(x)))


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
def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    with tf.GradientTape() as tape:
        loss = loss_fn(model(image), targets)
    optimizer.apply(tape.gradient(loss, model.trainable_variables))
    return loss


if __name__ == "__main__":
    tf.random.set_seed(0)
    model = LeNet5()
    optimizer = make_optimizer(model)
    image = tf.random.normal([8, 32, 32, 1], dtype=DTYPE)
    targets = tf.random.uniform([8], maxval=10, dtype=tf.int32)
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss.numpy():.4f}")
