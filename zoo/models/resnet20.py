"""ResNet-20, the CIFAR form of deep residual networks."""

from __future__ import annotations

from zoo.ops import add, batch_norm, conv2d, dense, global_avg_pool, input, relu
from zoo.spec import Tensor, block, model
from zoo.training import SGD, SoftmaxCrossEntropy

PRESETS = {
    "default": {},
    "digits": {"image": (1, 16, 16)},
    "tiny": {"image": (3, 9, 9), "classes": 3, "blocks": 2, "width": 4},
}


@block
def projection_shortcut(x: Tensor, channels: int, stride: int) -> Tensor:
    x = conv2d(x, channels, 1, stride=stride, bias=False, name="conv")
    return batch_norm(x, name="bn")


@block
def basic_block(x: Tensor, channels: int, stride: int = 1, project: bool = False) -> Tensor:
    y = conv2d(x, channels, 3, stride=stride, pads=1, bias=False, name="conv1")
    y = relu(batch_norm(y, name="bn1"))
    y = conv2d(y, channels, 3, pads=1, bias=False, name="conv2")
    y = batch_norm(y, name="bn2")
    if project:
        x = projection_shortcut(x, channels, stride, name="shortcut")
    return relu(add(y, x))


@model(loss=SoftmaxCrossEntropy(), optimizer=SGD(learning_rate=0.025, momentum=0.9))
def resnet20(
    image: tuple[int, int, int] = (3, 32, 32), classes: int = 10, blocks: int = 3, width: int = 16
) -> Tensor:
    """ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

    The learning rate is the paper's 0.1 for batches of 128, scaled linearly to batches of 32.

    Args:
        image: channels, height and width.
        classes: size of the output (logits).
        blocks: basic blocks in each of the three stages; the depth is 6 * blocks + 2.
        width: channels of the first stage; each next stage doubles them and halves the image.
    """
    x = input("image", image)
    x = conv2d(x, width, 3, pads=1, bias=False, name="conv1")
    x = relu(batch_norm(x, name="bn1"))
    for stage in range(3):
        for index in range(blocks):
            first = stage > 0 and index == 0
            x = basic_block(
                x, width * 2**stage, stride=2 if first else 1, project=first,
                name=f"layer{stage + 1}.{index}",
            )  # fmt: skip
    x = global_avg_pool(x)
    return dense(x, classes, name="fc")
