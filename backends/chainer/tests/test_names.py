"""What needs Chainer itself to be checked."""

from __future__ import annotations

import pytest

from zoo_chainer.emit import CHAIN_ATTRIBUTES


@pytest.mark.framework
def test_every_attribute_of_chains_is_reserved() -> None:
    """A layer that hides an attribute of chainer.Chain would break the chain."""
    import chainer

    public = {name for name in dir(chainer.Chain()) if not name.startswith("_")}
    assert public <= set(CHAIN_ATTRIBUTES.split())
