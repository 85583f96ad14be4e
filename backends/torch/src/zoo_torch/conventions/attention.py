from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from zoo.conventions.asking import lacks
from zoo.conventions.measuring import which
from zoo_torch.conventions import get, put


def softmax_all_masked():
    """torch.nn.functional.softmax"""
    return get(F.softmax(put([-math.inf, -math.inf]), dim=0))[0]


def masked_softmax_all_masked():
    """torch.nn.functional"""
    raise lacks(F, "masked_softmax")


def attention_all_masked():
    """torch.nn.functional.scaled_dot_product_attention(attn_mask=all False)"""
    value = put([[[1.0], [2.0]]])
    mask = torch.zeros(1, 2, 2, dtype=torch.bool)
    y = F.scaled_dot_product_attention(value, value, value, attn_mask=mask)
    return which(y[0, 0, 0].item(), {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_layer_all_masked():
    """torch.nn.MultiheadAttention(1, 1, batch_first=True).eval() with attn_mask all True"""
    y = _layer(torch.ones(2, 2, dtype=torch.bool))
    return which(y[0, 0, 0].item(), {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_layer_with_dropout_all_masked():
    """torch.nn.MultiheadAttention(dropout=0.5, batch_first=True).eval() with attn_mask all True"""
    y = _layer(torch.ones(2, 2, dtype=torch.bool), dropout=0.5)
    return which(y[0, 0, 0].item(), {"zeros": 0.0, "nan": math.nan, "average": 1.5})


def attention_scale():
    """torch.nn.functional.scaled_dot_product_attention"""
    key = torch.zeros(1, 2, 16)
    key[0, 1, 0] = 1.0
    query, value = key[:, 1:], put([[[0.0], [1.0]]])
    share = F.scaled_dot_product_attention(query, key, value).item()
    return math.log(share / (1 - share))


def attention_mask_true():
    """torch.nn.functional.scaled_dot_product_attention(attn_mask=(True, False))"""
    value = put([[[1.0], [2.0]]])
    mask = torch.tensor([[[True, False]]])
    y = F.scaled_dot_product_attention(value[:, :1], value, value, attn_mask=mask)
    return which(y.item(), {"attend": 1.0, "hide": 2.0})


def attention_layer_mask_true():
    """torch.nn.MultiheadAttention(1, 1, batch_first=True).eval() with attn_mask (True, False)"""
    y = _layer(torch.tensor([[True, False]] * 2))
    return which(y[0, 0, 0].item(), {"attend": 1.0, "hide": 2.0})


def _layer(mask, **options):
    """Values 1 and 2 through a layer whose projections do nothing."""
    layer = torch.nn.MultiheadAttention(1, 1, batch_first=True, **options).eval()
    torch.nn.init.ones_(layer.in_proj_weight)
    torch.nn.init.ones_(layer.out_proj.weight)
    x = put([[[1.0], [2.0]]])
    return layer(x, x, x, attn_mask=mask)[0]
