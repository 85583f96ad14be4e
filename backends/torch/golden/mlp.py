"""MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) and dropout.

PyTorch, written by parityzoo from the specification mlp
(0317d2764c6b4e98).
"""

import torch
import torch.nn.functional as F
from torch import nn


class HiddenLayer(nn.Module):
    def __init__(self, in_features, units, drop_rate):
        super().__init__()
        self.linear = nn.Linear(in_features, units, bias=False)
        self.norm = nn.BatchNorm1d(units)
        self.dropout = nn.Dropout(drop_rate)

    def forward(self, x):
        x = F.relu(self.norm(self.linear(x)), inplace=True)
        return self.dropout(x)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(
            HiddenLayer(784, 512, drop_rate=0.5), HiddenLayer(512, 512, drop_rate=0.5)
        )
        self.output = nn.Linear(512, 10)

    def forward(self, x):
        return self.output(self.hidden(x))


def loss_fn(output, targets):
    return F.cross_entropy(output, targets)


def make_optimizer(model):
    # PyTorch 2.13's fused SGD skips most numbers in half precision on the CPU.
    fused = next(model.parameters()).dtype.itemsize > 2
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, fused=fused)


def train_step(model, optimizer, x, targets):
    """One step on a batch; returns the loss before the step."""
    optimizer.zero_grad()
    loss = loss_fn(model(x), targets)
    loss.backward()
    optimizer.step()
    return loss.detach()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = MLP()
    optimizer = make_optimizer(model)
    x = torch.randn(8, 784)
    targets = torch.randint(10, (8,))
    for step in range(5):
        loss = train_step(model, optimizer, x, targets)
        print(f"step {step}: loss {loss.item():.4f}")
