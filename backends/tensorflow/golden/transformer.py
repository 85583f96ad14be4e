"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

TensorFlow, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import tensorflow as tf

DTYPE = tf.float32


def gelu(x):
    # tf.nn.gelu rounds its constants to float32, whatever the dtype of x. On two axes,
    # TensorFlow fuses this with the matrix product before it.
    y = tf.reshape(x, [-1, x.shape[-1]])
    return tf.reshape(0.5 * y * (1 + tf.math.erf(y / 2**0.5)), [-1, *x.shape[1:]])


class Dense(tf.Module):
    def __init__(self, in_features, units, bias=True):
        super().__init__()
        stddev = (2 / (in_features + units)) ** 0.5
        self.kernel = tf.Variable(
            tf.random.normal([in_features, units], stddev=stddev, dtype=DTYPE)
        )
        self.bias = tf.Variable(tf.zeros([units], DTYPE)) if bias else None

    def __call__(self, x):
        # One product for all positions: the axes before the last are merged around it.
        y = tf.matmul(tf.reshape(x, [-1, x.shape[-1]]), self.kernel)
        y = y if self.bias is None else tf.nn.bias_add(y, self.bias)
        return tf.reshape(y, [-1, *x.shape[1:-1], y.shape[-1]])


class LayerNorm(tf.Module):
    def __init__(self, features, epsilon=1e-05):
        super().__init__()
        self.epsilon = epsilon
        self.scale = tf.Variable(tf.ones([features], DTYPE))
        self.offset = tf.Variable(tf.zeros([features], DTYPE))

    def __call__(self, x):
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return tf.nn.batch_normalization(
            x, mean, variance, self.offset, self.scale, self.epsilon
        )


class Dropout(tf.Module):
    def __init__(self, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate

    def __call__(self, x, training=False):
        return tf.nn.dropout(x, self.drop_rate) if training else x


class Embedding(tf.Module):
    def __init__(self, vocabulary, features):
        super().__init__()
        self.table = tf.Variable(
            tf.random.normal([vocabulary, features], stddev=0.02, dtype=DTYPE)
        )

    def __call__(self, x):
        return tf.gather(self.table, x)


class LearnedPositions(tf.Module):
    def __init__(self, length, features):
        super().__init__()
        self.table = tf.Variable(
            tf.random.normal([length, features], stddev=0.02, dtype=DTYPE)
        )

    def __call__(self, x):
        return x + self.table


class SelfAttention(tf.Module):
    def __init__(self, features, heads, causal=False, drop_rate=0.0):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.in_proj = Dense(features, 3 * features)
        self.out_proj = Dense(features, features)
        self.dropout = Dropout(drop_rate)

    def __call__(self, x, training=False):
        length, features = x.shape[1:]
        size = features // self.heads
        qkv = tf.reshape(self.in_proj(x), [-1, length, 3, self.heads, size])
        q, k, v = tf.unstack(tf.transpose(qkv, [2, 0, 3, 1, 4]))
        scores = tf.matmul(q * size**-0.5, k, transpose_b=True)
        if self.causal:
            seen = tf.linalg.band_part(tf.ones([length, length], tf.bool), -1, 0)
            scores = tf.where(seen, scores, scores.dtype.min)
        y = tf.matmul(self.dropout(tf.nn.softmax(scores), training), v)
        y = tf.reshape(tf.transpose(y, [0, 2, 1, 3]), [-1, length, features])
        return self.out_proj(y)


class EncoderLayer(tf.Module):
    def __init__(self, in_features, heads, feed_forward, drop_rate):
        super().__init__()
        self.norm1 = LayerNorm(in_features)
        self.attention = SelfAttention(in_features, heads, drop_rate=drop_rate)
        self.dropout1 = Dropout(drop_rate)
        self.norm2 = LayerNorm(in_features)
        self.linear1 = Dense(in_features, feed_forward)
        self.linear2 = Dense(feed_forward, in_features)
        self.dropout2 = Dropout(drop_rate)

    def __call__(self, x, training=False):
        y = self.dropout1(self.attention(self.norm1(x), training), training)
        x = x + y
        y = gelu(self.linear1(self.norm2(x)))
        return x + self.dropout2(self.linear2(y), training)


class Transformer(tf.Module):
    def __init__(self):
        super().__init__()
        self.embedding = Embedding(1000, 128)
        self.positions = LearnedPositions(64, 128)
        self.dropout = Dropout(0.1)
        self.layers = [
            EncoderLayer(128, 4, feed_forward=512, drop_rate=0.1) for _ in range(4)
        ]
        self.norm = LayerNorm(128)
        self.output = Dense(128, 10)

    def __call__(self, tokens, training=False):
        x = self.dropout(self.positions(self.embedding(tokens)), training)
        for layer in self.layers:
            x = layer(x, training)
        return self.output(tf.reduce_mean(self.norm(x), axis=1))


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
    return SGD(model.trainable_variables, learning_rate=0.01, momentum=0.9)


@tf.function
def train_step(model, optimizer, tokens, targets):
    """One step on a batch; returns the loss before the step."""
    with tf.GradientTape() as tape:
        loss = loss_fn(model(tokens, training=True), targets)
    optimizer.apply(tape.gradient(loss, model.trainable_variables))
    return loss


if __name__ == "__main__":
    tf.random.set_seed(0)
    model = Transformer()
    optimizer = make_optimizer(model)
    tokens = tf.random.uniform([8, 64], maxval=1000, dtype=tf.int32)
    targets = tf.random.uniform([8], maxval=10, dtype=tf.int32)
    for step in range(5):
        loss = train_step(model, optimizer, tokens, targets)
        print(f"step {step}: loss {loss.numpy():.4f}")
