"""Clipping of each element of the gradients to the range from -limit to limit.

The same in every framework, but for when: MXNet's Adam adds the weight decay first.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.spec.declared import real
from zoo.training.base import Clipping, register_clipping


@register_clipping
@attrs.frozen(kw_only=True)
class ClipValue(Clipping):
    kind: ClassVar[str] = "clip_value"

    limit: float = real(1e-12, 1e12, default=1.0)
