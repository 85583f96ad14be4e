"""The models in PyTorch, by hand, for speed on a CPU; see README.md."""

from __future__ import annotations

from typing import Callable, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MODES = ("eager", "compile")


class Program(NamedTuple):
    model: nn.Module
    train_step: Callable[[], float]
    inference: Callable[[], Tensor]


def mlp() -> nn.Module:
    return nn.Sequential(
        nn.Linear(784, 512, bias=False),
        nn.BatchNorm1d(512, eps=1e-5),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Linear(512, 512, bias=False),
        nn.BatchNorm1d(512, eps=1e-5),
        nn.ReLU(inplace=True),
        nn.Dropout(0.5),
        nn.Linear(512, 10),
    )


def lenet5() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(400, 120),
        nn.Tanh(),
        nn.Linear(120, 84),
        nn.Tanh(),
        nn.Linear(84, 10),
    )


def conv_bn(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-5),
    )


class BasicBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = conv_bn(inputs, outputs, 3, stride)
        self.conv2 = conv_bn(outputs, outputs, 3)
        self.shortcut = conv_bn(inputs, outputs, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(F.relu(self.conv1(x), inplace=True))
        return F.relu(y + self.shortcut(x), inplace=True)


def resnet20() -> nn.Module:
    layers: list[nn.Module] = [conv_bn(3, 16, 3), nn.ReLU(inplace=True)]
    channels = 16
    for width in (16, 32, 64):
        for _ in range(3):
            layers.append(BasicBlock(channels, width, stride=width // channels))
            channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class EncoderLayer(nn.Module):
    def __init__(self, features: int, heads: int, hidden: int, drop: float) -> None:
        super().__init__()
        self.heads, self.drop = heads, drop
        self.norm1 = nn.LayerNorm(features, eps=1e-5)
        self.qkv = nn.Linear(features, 3 * features)
        self.out = nn.Linear(features, features)
        self.norm2 = nn.LayerNorm(features, eps=1e-5)
        self.feed_forward = nn.Sequential(
            nn.Linear(features, hidden),
            nn.GELU(),
            nn.Linear(hidden, features),
        )
        self.dropout = nn.Dropout(drop)

    def attention(self, x: Tensor) -> Tensor:
        n, length, features = x.shape
        qkv = self.qkv(x).view(n, length, 3, self.heads, features // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        drop = self.drop if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=drop)
        return self.out(y.transpose(1, 2).reshape(n, length, features))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.dropout(self.attention(self.norm1(x)))
        return x + self.dropout(self.feed_forward(self.norm2(x)))


class Transformer(nn.Module):
    def __init__(self, vocabulary: int = 1000, length: int = 64, features: int = 128) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, features)
        self.positions = nn.Parameter(0.02 * torch.randn(length, features))
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.Sequential(*(EncoderLayer(features, 4, 512, 0.1) for _ in range(4)))
        self.norm = nn.LayerNorm(features, eps=1e-5)
        self.head = nn.Linear(features, 10)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.dropout(self.embedding(tokens) + self.positions)
        return self.head(self.norm(self.layers(x)).mean(dim=1))


def build(model: str, mode: str) -> Program:
    torch.manual_seed(0)
    if model == "mlp":
        net, x = mlp(), torch.randn(128, 784)
    elif model == "lenet5":
        net, x = lenet5(), torch.randn(128, 1, 32, 32)
    elif model == "resnet20":
        # oneDNN convolves channels-last tensors without reordering them first.
        net = resnet20().to(memory_format=torch.channels_last)
        x = torch.randn(32, 3, 32, 32).to(memory_format=torch.channels_last)
    else:
        net, x = Transformer(), torch.randint(1000, (16, 64))
    labels = torch.randint(10, (len(x),))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, fused=True)

    def loss_of(x: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(net(x), labels)

    forward: Callable[[Tensor], Tensor] = net
    if mode == "compile":
        loss_of, forward = torch.compile(loss_of), torch.compile(net)

    def train_step() -> float:
        net.train()
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(x, labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    @torch.inference_mode()
    def inference() -> Tensor:
        net.eval()
        return forward(x)

    return Program(net, train_step, inference)
