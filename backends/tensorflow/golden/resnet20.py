"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

TensorFlow, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
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


class BatchNorm2D(BatchNorm):
    """The same for images by the fused op, which is faster but wants float32."""

    def __call__(self, x, training=False):
        if x.dtype != tf.float32:
            return super().__call__(x, training)
        # Not tf.compat.v1.nn.fused_batch_norm, which silently raises epsilons of 1e-5.
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=self.scale,
            offset=self.offset,
            mean=self.moving_mean,
            variance=self.moving_variance,
            epsilon=self.epsilon,
            exponential_avg_factor=1 - self.kept_fraction,
            is_training=training,
        )
        if training:
            # The fused op has averaged already, with the unbiased variance.
            self.moving_mean.assign(mean)
            self.moving_variance.assign(variance)
        return y


class ProjectionShortcut(tf.Module):
    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv = Conv2D(in_channels, channels, 1, stride=stride, bias=False)
        self.bn = BatchNorm2D(channels)

    def __call__(self, x, training=False):
        return self.bn(self.conv(x), training)


class BasicBlock(tf.Module):
    def __init__(self, in_channels, channels, stride=1, project=False):
        super().__init__()
        self.conv1 = Conv2D(in_channels, channels, 3, stride=stride, pads=1, bias=False)
        self.bn1 = BatchNorm2D(channels)
        self.conv2 = Conv2D(channels, channels, 3, pads=1, bias=False)
        self.bn2 = BatchNorm2D(channels)
        self.shortcut = (
            ProjectionShortcut(in_channels, channels, stride=stride)
            if project
            else None
        )

    def __call__(self, x, training=False):
        y = tf.nn.relu(self.bn1(self.conv1(x), training))
        y = self.bn2(self.conv2(y), training)
        if self.shortcut:
            x = self.shortcut(x, training)
        return tf.nn.relu(y + x)


class ResNet20(tf.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2D(3, 16, 3, pads=1, bias=False)
        self.bn1 = BatchNorm2D(16)
        self.layer1 = [BasicBlock(16, 16) for _ in range(3)]
        self.layer2 = [
            BasicBlock(16, 32, stride=2, project=True),
            *(BasicBlock(32, 32) for _ in range(2)),
        ]
        self.layer3 = [
            BasicBlock(32, 64, stride=2, project=True),
            *(BasicBlock(64, 64) for _ in range(2)),
        ]
        self.fc = Dense(64, 10)

    def __call__(self, image, training=False):
        x = tf.nn.relu(self.bn1(self.conv1(image), training))
        for layer in self.layer1:
            x = layer(x, training)
        for layer in self.layer2:
            x = layer(x, training)
        for layer in self.layer3:
            x = layer(x, training)
        return self.fc(tf.reduce_mean(x, axis=[1, 2]))


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
    return SGD(model.trainable_variables, learning_rate=0.025, momentum=0.9)


@tf.function
def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    with tf.GradientTape() as tape:
        loss = loss_fn(model(image, training=True), targets)
    optimizer.apply(tape.gradient(loss, model.trainable_variables))
    return loss


if __name__ == "__main__":
    tf.random.set_seed(0)
    model = ResNet20()
    optimizer = make_optimizer(model)
    image = tf.random.normal([8, 32, 32, 3], dtype=DTYPE)
    targets = tf.random.uniform([8], maxval=10, dtype=tf.int32)
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss.numpy():.4f}")
