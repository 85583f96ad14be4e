"""What needs PyTorch itself to be checked."""

from __future__ import annotations

import pytest

from zoo_torch.emit import MODULE_ATTRIBUTES


@pytest.mark.framework
def test_every_attribute_of_modules_is_reserved() -> None:
    """A layer that hides an attribute of nn.Module would break the module."""
    from torch import nn

    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= set(MODULE_ATTRIBUTES.split())
