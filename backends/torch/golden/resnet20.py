"""ResNet-20 for CIFAR (He et al. 2015, section 4.2) with projection shortcuts (option B).

PyTorch, written by parityzoo from the specification resnet20
(42c9d84cea8d10d3).
"""

import torch
import torch.nn.functional as F
from torch import nn


class ProjectionShortcut(nn.Module):
    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, 1, stride=stride, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        return self.bn(self.conv(x))


class BasicBlock(nn.Module):
    def __init__(self, in_channels, channels, stride=1, project=False):
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, channels, 3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = (
            ProjectionShortcut(in_channels, channels, stride=stride)
            if project
            else nn.Identity()
        )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x), inplace=True)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*(BasicBlock(16, 16) for _ in range(3)))
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2, project=True),
            *(BasicBlock(32, 32) for _ in range(2)),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(32, 64, stride=2, project=True),
            *(BasicBlock(64, 64) for _ in range(2)),
        )
        self.fc = nn.Linear(64, 10)
        # Convolutions are faster on this layout; meaning is unchanged.
        self.to(memory_format=torch.channels_last)

    def forward(self, image):
        x = F.relu(self.bn1(self.conv1(image)), inplace=True)
        x = self.layer1(x)
        x = self.layer2(x)
        return self.fc(torch.mean(self.layer3(x), dim=(2, 3)))


def loss_fn(output, targets):
    return F.cross_entropy(output, targets)


def make_optimizer(model):
    # PyTorch 2.13's fused SGD skips most numbers in half precision on the CPU.
    fused = next(model.parameters()).dtype.itemsize > 2
    return torch.optim.SGD(model.parameters(), lr=0.025, momentum=0.9, fused=fused)


def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    optimizer.zero_grad()
    loss = loss_fn(model(image), targets)
    loss.backward()
    optimizer.step()
    return loss.detach()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = ResNet20()
    optimizer = make_optimizer(model)
    image = torch.randn(8, 3, 32, 32)
    targets = torch.randint(10, (8,))
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss.item():.4f}")
