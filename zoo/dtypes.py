"""The floating-point formats that programs compute in."""

from __future__ import annotations

from typing import Any, Mapping

import attrs
import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from zoo.errors import UsageError


@attrs.frozen
class Dtype:
    """A format (IEEE 754-2019; bfloat16: float32 with the last 16 bits of its fraction left out).

    Attributes:
        numpy: NumPy's type, for bfloat16 that of the package ml_dtypes.
        unit: spacing of the numbers just above one.
        smallest: spacing of the numbers around zero; 0 where a model's numbers do not come near it.
        sums: `unit` of the format in which frameworks add up numbers of this one.
    """

    numpy: Any
    unit: float
    smallest: float
    sums: float

    @property
    def is_half(self) -> bool:
        return self.sums < self.unit


DTYPES: Mapping[str, Dtype] = {
    "float64": Dtype(np.float64, 2.0**-52, 0.0, 2.0**-52),
    "float32": Dtype(np.float32, 2.0**-23, 0.0, 2.0**-23),
    "bfloat16": Dtype(ml_dtypes.bfloat16, 2.0**-7, 0.0, 2.0**-23),
    "float16": Dtype(np.float16, 2.0**-10, 2.0**-24, 2.0**-23),
}


WIDE = tuple(name for name, dtype in DTYPES.items() if not dtype.is_half)


def check_dtype(name: str) -> None:
    """Raise UsageError unless it is the name of a dtype."""
    if name not in DTYPES:
        raise UsageError(f"dtype must be {', '.join(DTYPES)}, got {name!r}")


def representable(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Float64 values that the dtype holds exactly: the nearest ones; integers stay."""
    if array.dtype.kind != "f":
        return array
    return np.asarray(array.astype(DTYPES[dtype].numpy), np.float64)
