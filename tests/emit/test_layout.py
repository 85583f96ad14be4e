"""Channels-last propagation."""

from __future__ import annotations

import numpy as np

from tests.conformance.cases import CASES
from zoo.emit.layout import FLAT, LAST, PLAIN, Layout, channels_first, channels_last
from zoo.models import registry


def test_images_stay_channels_last_through_a_residual_network() -> None:
    """No value of ResNet-20 is transposed."""
    flows = channels_last(registry.build("resnet20", "tiny"))
    assert all(flow.given == flow.wanted for flow in flows.values())
    assert flows["conv1"].output.order == LAST
    assert flows["fc"].output.order == PLAIN


def test_a_flattened_image_is_read_by_dense_layers_as_it_is() -> None:
    """LeNet's flatten keeps (h, w, channels); the dense layer knows the image it came from."""
    flows = channels_last(registry.build("lenet5"))
    assert flows["flatten1"].output == Layout(FLAT, (16, 5, 5))
    assert flows["fc1"].given == flows["fc1"].wanted


def test_a_flattened_image_that_others_read_is_transposed_first() -> None:
    """Layer norm and softmax have an order of their own."""
    flow = channels_last(CASES["flattened_for_others"])["flatten1"]
    assert (flow.given[0].order, flow.wanted[0].order, flow.output.order) == (LAST, PLAIN, PLAIN)


def test_rearrangements_match_a_transposition_by_hand() -> None:
    """Canonical to channels last and to its flattened form, and back."""
    x = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    last = Layout(LAST).rearrangement
    np.testing.assert_array_equal(last.there(x), np.moveaxis(x, 1, -1))
    np.testing.assert_array_equal(last.back(last.there(x), x.shape), x)
    flat = Layout(FLAT, (3, 4, 5)).rearrangement
    rows = x.reshape(2, -1)
    np.testing.assert_array_equal(flat.there(rows), np.moveaxis(x, 1, -1).reshape(2, -1))
    np.testing.assert_array_equal(flat.back(flat.there(rows), rows.shape), rows)


def test_channels_first_changes_nothing() -> None:
    """Every value in canonical order, for every case."""
    for spec in CASES.values():
        flows = channels_first(spec)
        assert set(flows) == {node.path for node in spec.nodes}
        assert all(flow.output == Layout() for flow in flows.values())
