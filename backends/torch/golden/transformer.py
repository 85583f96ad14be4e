"""Transformer encoder (Vaswani et al. 2017), pre-norm (Xiong et al. 2020), as a classifier.

PyTorch, written by parityzoo from the specification transformer
(75c2b3bf75e76e78).
"""

import torch
import torch.nn.functional as F
from torch import nn


class SelfAttention(nn.Module):
    def __init__(self, features, heads, causal=False, drop_rate=0.0):
        super().__init__()
        self.heads, self.causal, self.drop_rate = heads, causal, drop_rate
        self.in_proj = nn.Linear(features, 3 * features)
        self.out_proj = nn.Linear(features, features)

    def forward(self, x):
        batch, length, features = x.shape
        q, k, v = (
            part.reshape(batch, length, self.heads, -1).transpose(1, 2)
            for part in self.in_proj(x).chunk(3, dim=-1)
        )
        drop_rate = self.drop_rate if self.training else 0.0
        y = F.scaled_dot_product_attention(
            q, k, v, dropout_p=drop_rate, is_causal=self.causal
        )
        return self.out_proj(y.transpose(1, 2).reshape(batch, length, features))


class LearnedPositions(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(0.02 * torch.randn(length, features))

    def forward(self, x):
        return x + self.weight


class EncoderLayer(nn.Module):
    def __init__(self, in_features, heads, feed_forward, drop_rate):
        super().__init__()
        self.norm1 = nn.LayerNorm(in_features)
        self.attention = SelfAttention(in_features, heads, drop_rate=drop_rate)
        self.dropout1 = nn.Dropout(drop_rate)
        self.norm2 = nn.LayerNorm(in_features)
        self.linear1 = nn.Linear(in_features, feed_forward)
        self.linear2 = nn.Linear(feed_forward, in_features)
        self.dropout2 = nn.Dropout(drop_rate)

    def forward(self, x):
        x = x + self.dropout1(self.attention(self.norm1(x)))
        y = F.gelu(self.linear1(self.norm2(x)))
        return x + self.dropout2(self.linear2(y))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(1000, 128)
        nn.init.normal_(self.embedding.weight, std=0.02)
        self.positions = LearnedPositions(64, 128)
        self.dropout = nn.Dropout(0.1)
        self.layers = nn.Sequential(
            *(EncoderLayer(128, 4, feed_forward=512, drop_rate=0.1) for _ in range(4))
        )
        self.norm = nn.LayerNorm(128)
        self.output = nn.Linear(128, 10)

    def forward(self, tokens):
        x = self.dropout(self.positions(self.embedding(tokens)))
        x = torch.mean(self.norm(self.layers(x)), dim=1)
        return self.output(x)


def loss_fn(output, targets):
    return F.cross_entropy(output, targets)


def make_optimizer(model):
    # PyTorch 2.13's fused SGD skips most numbers in half precision on the CPU.
    fused = next(model.parameters()).dtype.itemsize > 2
    return torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=fused)


def train_step(model, optimizer, tokens, targets):
    """One step on a batch; returns the loss before the step."""
    optimizer.zero_grad()
    loss = loss_fn(model(tokens), targets)
    loss.backward()
    optimizer.step()
    return loss.detach()


if __name__ == "__main__":
    torch.manual_seed(0)
    model = Transformer()
    optimizer = make_optimizer(model)
    tokens = torch.randint(1000, (8, 64))
    targets = torch.randint(10, (8,))
    for step in range(5):
        loss = train_step(model, optimizer, tokens, targets)
        print(f"step {step}: loss {loss.item():.4f}")
