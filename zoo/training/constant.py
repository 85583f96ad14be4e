"""A constant learning rate: the factor is 1, after the warm-up if there is one."""

from __future__ import annotations

from typing import ClassVar

import attrs

from zoo.training.base import Schedule, register_schedule


@register_schedule
@attrs.frozen(kw_only=True)
class Constant(Schedule):
    kind: ClassVar[str] = "constant"

    def after_warmup(self, step: int) -> float:
        return 1.0
