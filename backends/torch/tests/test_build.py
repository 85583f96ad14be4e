"""`zoo.build` gives an nn.Module that PyTorch's own loop trains."""

from __future__ import annotations

import numpy as np
import pytest

import zoo
from zoo.data import digits
from zoo.models import registry
from zoo.oracle.run import evaluate
from zoo.spec import initial

pytestmark = pytest.mark.framework


def test_a_built_module_computes_what_the_oracle_computes() -> None:
    """With the given parameters and statistics, in float64."""
    import torch

    spec = registry.build("resnet20", "tiny")
    state = initial.generic_state(spec)
    inputs = initial.random_inputs(spec, 2)
    model = zoo.build(spec, "torch", state, dtype="float64").eval()
    assert isinstance(model, torch.nn.Module)
    (image,) = inputs.values()
    output = model(torch.from_numpy(image)).detach().numpy()
    np.testing.assert_allclose(output, evaluate(spec, state, inputs), rtol=1e-10, atol=1e-12)


def test_a_built_module_trains_in_pytorchs_own_loop() -> None:
    """With a DataLoader, an optimizer and a loss of PyTorch's; the digits are recognised."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    data = digits.load()
    torch.manual_seed(0)
    model = zoo.build(registry.build("mlp", "digits"), "torch")
    images = torch.from_numpy(digits.flat(data.train_images)).float()
    pairs = TensorDataset(images, torch.from_numpy(data.train_labels).long())
    optimizer = torch.optim.AdamW(model.parameters())
    model.train()
    for _ in range(3):
        for image, label in DataLoader(pairs, batch_size=32, shuffle=True):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(image), label).backward()
            optimizer.step()
    model.eval()
    found = model(torch.from_numpy(digits.flat(data.test_images)).float()).argmax(-1).numpy()
    assert np.mean(found == data.test_labels) > 0.9
