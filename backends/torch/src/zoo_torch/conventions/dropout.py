from __future__ import annotations

import torch
from torch import nn

from zoo_torch.conventions import get

ONES = torch.ones(10_000)


def dropout_initial_mode():
    """torch.nn.Dropout(0.5)"""
    return "drops" if (nn.Dropout(0.5)(ONES) == 0).any() else "does nothing"


def dropout_argument():
    """torch.nn.Dropout(0.9).train()"""
    share = (nn.Dropout(0.9).train()(ONES) == 0).float().mean().item()
    return "dropped" if share > 0.5 else "kept"


def dropout_scale():
    """torch.nn.Dropout(0.75).train()"""
    return nn.Dropout(0.75).train()(ONES).max().item()


def dropout_of_infinity():
    """torch.nn.Dropout(0.5).train()"""
    y = get(nn.Dropout(0.5).train()(ONES * torch.inf))
    return y[y != torch.inf][0]
