"""Proof for a source, from the worker that ran it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import attrs
import pytest

from tests.bench.conftest import linear
from zoo.bench import certificate
from zoo.bench.certificate import Prover
from zoo.bench.gap import GapError
from zoo.spec import initial
from zoo.target import parse_targets
from zoo.worker.session import Session


@pytest.fixture
def session(fakes):
    (target,) = parse_targets("fake")
    with Session.started(target, Path(sys.executable)) as session:
        yield session


def load(session, spec):
    return session.load(spec, initial.initial_state(spec), dtype="float32")


def test_a_source_that_agrees_gets_its_certificate(session):
    """It names all that it holds for, and how far the worst tensor was from its bound."""
    spec = linear()
    source = load(session, spec)
    found = Prover().certificate(spec, "float32", source, session, "1.2")
    assert (found.spec, found.source) == (spec.hash, certificate.hash_of(source))
    assert (found.backend, found.mode, found.version, found.dtype) == (
        "fake", "eager", "1.2", "float32",
    )  # fmt: skip
    assert found.tensors == 13
    assert 0 < found.largest_error < 1e-5
    assert 0 < found.largest_share_of_bound < 1


def test_a_source_that_differs_gets_none(session):
    """The fake's learning rate is 0.1; the reason names the first tensor that shows it."""
    spec = linear(learning_rate=0.2)
    with pytest.raises(GapError, match=r"3 of 13 tensors disagree .* first steps loss loss"):
        Prover().certificate(spec, "float32", load(session, spec), session, "1.2")


def test_what_was_judged_is_not_judged_again(session, monkeypatch):
    """Neither a good source nor a bad one; other batches of it need no proof of their own."""
    asked = []
    judged_in = certificate.judged_in
    monkeypatch.setattr(
        certificate, "judged_in", lambda *given: asked.append(1) or judged_in(*given)
    )
    prover = Prover()
    good, bad = linear(), linear(learning_rate=0.2)
    for _ in range(2):
        prover.certificate(good, "float32", load(session, good), session, "1.2")
        with pytest.raises(GapError):
            prover.certificate(bad, "float32", load(session, bad), session, "1.2")
    assert len(asked) == 2
    prover.certificate(good, "float32", load(session, good), session, "1.2", profile="onednn")
    assert len(asked) == 3, "another profile may choose other kernels"


def test_a_certificate_has_the_mode_of_a_cell_on_a_gpu(session, monkeypatch):
    """Without the device: what stands in the record is compared with the cell's mode."""
    spec, judged_in = linear(), certificate.judged_in
    source = load(session, spec)
    monkeypatch.setattr(
        certificate,
        "judged_in",
        lambda cell, on_gpu: judged_in(attrs.evolve(cell, target=session.target), session),
    )
    on_gpu = SimpleNamespace(target=attrs.evolve(session.target, device="gpu"))
    assert Prover().certificate(spec, "float32", source, on_gpu, "1.2").mode == "eager"
