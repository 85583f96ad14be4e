"""Look-up: output by a product with one-hot rows."""

from __future__ import annotations

import numpy as np
import pytest

from tests.oracle.checking import check_gradient, close, normal, output
from zoo.ops.embedding import Embedding
from zoo.oracle.base import Given


@pytest.mark.parametrize("shape", [(1,), (3, 4), (2, 3, 2)])
def test_is_a_product_with_one_hot_rows(shape: tuple[int, ...]) -> None:
    """Rows that occur several times gather their gradients, others get zero."""
    op = Embedding(vocabulary=5, features=3)
    indices = np.random.default_rng(0).integers(0, 4, shape)
    data = Given([indices], {"weight": normal(5, 3)})
    close(output(op, data), np.eye(5)[indices] @ data.states["weight"])
    check_gradient(op, data)
