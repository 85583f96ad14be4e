"""What PyTorch answers to the questions of `zoo.conventions`; runs in a worker alone."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import torch


def versions() -> dict[str, str]:
    return {"torch": torch.__version__, "numpy": np.__version__}


def put(values: Any, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.tensor(np.asarray(values), dtype=dtype)


def get(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().numpy()


def gradient(function: Callable[[torch.Tensor], torch.Tensor], values: Any) -> np.ndarray:
    """Of the sum of the function's values, in float64."""
    x = put(values, torch.float64).requires_grad_()
    function(x).sum().backward()
    return get(x.grad)


def dtype_of(tensor: torch.Tensor) -> str:
    return str(tensor.dtype).removeprefix("torch.")
