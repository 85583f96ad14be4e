"""What needs MXNet itself to be checked."""

from __future__ import annotations

import pytest

from zoo_mxnet.emit import BLOCK_ATTRIBUTES


@pytest.mark.framework
def test_every_attribute_of_blocks_is_reserved() -> None:
    """A layer that hides an attribute of HybridBlock would break the block."""
    from mxnet.gluon import nn

    public = {name for name in dir(nn.HybridBlock()) if not name.startswith("_")}
    assert public <= set(BLOCK_ATTRIBUTES.split())
