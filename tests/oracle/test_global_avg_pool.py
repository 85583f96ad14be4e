"""Global average pooling: output by an explicit double sum."""

from __future__ import annotations

import pytest

from tests.oracle.checking import check_gradient, close, given, output
from zoo.ops.global_avg_pool import GlobalAvgPool


@pytest.mark.parametrize("shape", [(1, 3, 1, 1), (2, 3, 4, 5), (3, 1, 1, 6)])
def test_averages_height_and_width(shape: tuple[int, ...]) -> None:
    """Sum of all pixels over their number."""
    data = given(GlobalAvgPool(), shape)
    y = output(GlobalAvgPool(), data)
    for n, image in enumerate(data.inputs[0]):
        for c, plane in enumerate(image):
            close(y[n, c], sum(plane.flat) / plane.size)
    check_gradient(GlobalAvgPool(), data)
