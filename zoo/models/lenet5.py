"""LeNet-5, the form that today's textbooks use."""

from __future__ import annotations

from zoo.ops import avg_pool, conv2d, dense, flatten, input, tanh
from zoo.spec import Tensor, model
from zoo.training import SGD, SoftmaxCrossEntropy

PRESETS = {
    "default": {},
    "digits": {},
    "tiny": {"image": (1, 16, 16), "classes": 3},
}


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.05, momentum=0.9))
def lenet5(image: tuple[int, int, int] = (1, 32, 32), classes: int = 10) -> Tensor:
    """LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

    The original's trained average pooling, partial connections and radial basis output are
    replaced by plain average pooling, full connections and logits.

    Args:
        image: channels, height and width, 32 x 32 in the paper; at least 16 x 16.
        classes: size of the output (logits).
    """
    x = input("image", image)
    x = tanh(conv2d(x, 6, 5, name="conv1"))
    x = avg_pool(x, 2, count_padding=True)
    x = tanh(conv2d(x, 16, 5, name="conv2"))
    x = avg_pool(x, 2, count_padding=True)
    x = flatten(x)
    x = tanh(dense(x, 120, name="fc1"))
    x = tanh(dense(x, 84, name="fc2"))
    return dense(x, classes, name="fc3")
