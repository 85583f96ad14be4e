"""Tables of arrays, one after the other, as one table with a leading axis."""

from __future__ import annotations

from typing import Mapping

import numpy as np

from zoo.oracle.base import Array


class Stack:
    """So many tables of the same names and shapes; each may be forgotten once it is added.

    `np.stack` wants all of them at once: of a training, that is twice the memory.
    """

    def __init__(self, count: int) -> None:
        self.arrays: dict[str, Array] = {}
        self._count, self._added = count, 0

    def add(self, table: Mapping[str, Array]) -> None:
        for name, array in table.items():
            if not self._added:
                self.arrays[name] = np.empty((self._count, *array.shape), array.dtype)
            self.arrays[name][self._added] = array
        self._added += 1
