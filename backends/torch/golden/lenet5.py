"""LeNet-5 (LeCun et al. 1998) with full connections between C3 and S2 and a softmax output.

PyTorch, written by parityzoo from the specification lenet5
(6ac59922ad22d851).
"""

import torch
import torch.nn.functional as F
from torch import nn


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)
        # Convolutions are faster on this layout; meaning is unchanged.
        self.to(memory_format=torch.channels_last)

    def forward(self, image):
        x = F.avg_pool2d(torch.tanh(self.conv1(image)), 2)
        x = F.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(torch.flatten(x, 1)))
        return self.fc3(torch.tanh(self.fc2(x)))


def loss_fn(output, targets):
    return F.cross_entropy(output, targets)


def make_optimizer(model):
    # PyTorch 2.13's fused SGD skips most numbers in half precision on the CPU.
    fused = next(model.parameters()).dtype.itemsize > 2
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, fused=fused)


def train_step(model, optimizer, image, targets):
    """One step on a batch; returns the loss before the step."""
    optimizer.zero_grad()
    loss = loss_fn(model(image), targets)
    loss.backward()
    optimizer.step()
    return loss.detach()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = LeNet5()
    optimizer = make_optimizer(model)
    image = torch.randn(8, 1, 32, 32)
    targets = torch.randint(10, (8,))
    for step in range(5):
        loss = train_step(model, optimizer, image, targets)
        print(f"step {step}: loss {loss.item():.4f}")
