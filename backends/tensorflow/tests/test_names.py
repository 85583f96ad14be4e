"""What needs TensorFlow itself to be checked."""

from __future__ import annotations

import pytest

from zoo_tensorflow.emit import TensorFlowEmitter


@pytest.mark.framework
def test_every_attribute_of_modules_is_reserved() -> None:
    """A layer that hides an attribute of tf.Module would break the module."""
    import tensorflow as tf

    public = {name for name in dir(tf.Module()) if not name.startswith("_")}
    assert public <= TensorFlowEmitter.reserved
