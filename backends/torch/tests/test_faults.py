"""Faults of PyTorch 2.13 that are kept away from; run by the interpreter that has PyTorch.

When PyTorch no longer shows a fault, its test fails, and what works around it can go.
"""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.framework


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_fused_sgd_skips_numbers_in_half_precision(dtype: str) -> None:
    """Full vectors of the processor stay as they are; in float32 they move."""
    import torch

    def stepped(dtype: str) -> Any:
        parameter = torch.zeros(1024, dtype=getattr(torch, dtype), requires_grad=True)
        parameter.grad = torch.ones_like(parameter)
        torch.optim.SGD([parameter], lr=1.0, fused=True).step()
        return parameter.detach()

    assert not stepped(dtype).any()
    assert (stepped("float32") == -1).all()
