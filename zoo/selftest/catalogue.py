"""All faults, by name."""

from __future__ import annotations

from zoo.selftest.arrays import ARRAY_FAULTS
from zoo.selftest.fault import Fault
from zoo.selftest.layers import LAYER_FAULTS
from zoo.selftest.texts import TEXT_FAULTS
from zoo.selftest.training import TRAINING_FAULTS

FAULTS: dict[str, Fault] = {
    fault.name: fault for fault in (*LAYER_FAULTS, *ARRAY_FAULTS, *TRAINING_FAULTS, *TEXT_FAULTS)
}
