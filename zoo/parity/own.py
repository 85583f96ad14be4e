"""Somebody's own object of a framework, in this process, against a specification."""

from __future__ import annotations

from typing import Any, Mapping

from zoo.building import runtime_of
from zoo.errors import UsageError
from zoo.parity.case import make_case
from zoo.parity.cell import Cell, judged_in
from zoo.parity.locate_own import locate_own
from zoo.parity.reference import Reference
from zoo.parity.report import ParityReport
from zoo.parity.run import check_given
from zoo.spec.graph import Spec
from zoo.target import parse_targets
from zoo.worker.facts import affinity
from zoo.worker.local import Local
from zoo.worker.session import Session


def check(
    spec: Spec,
    model: Any,
    backend: str,
    *,
    names: Mapping[str, str] | None = None,
    dtype: str = "float64",
    batch: int = 8,
    steps: int = 5,
    seed: int = 0,
    locate: bool = True,
) -> ParityReport:
    """Whether an object that you wrote is the model that a specification says.

    It gets the specification's parameters and statistics, in the layouts that `zoo.build` gives
    the same backend, and is run as emitted programs are: evaluation, training, optimizer steps.
    Its own values are lost, and PyTorch's is converted to `dtype`. Where an emitted training step
    does something for the emitted layers (MXNet's running variance), it does so for them alone.

    Args:
        spec: the model; without dropout, as an object draws its own.
        model: a torch.nn.Module, tf.Module, keras.Model, mxnet.gluon.HybridBlock, chainer.Chain,
            or what `zoo.build` gives for JAX.
        backend: its name, such as "torch"; this process can import the framework.
        names: what the object calls its parameters and statistics, by what the object of
            `zoo.build` calls them; those left out are called the same.
        dtype: one of `zoo.dtypes.DTYPES`; that of the object, where the framework fixes it.
        batch: examples in a batch.
        steps: optimizer steps.
        seed: of parameters, inputs and targets.
        locate: where they disagree, try known conventions until one gives the object's numbers.

    Raises:
        UsageError: the names do not fit the object, the model has dropout, or a number is out of
            range.
        BackendUnavailable: this process cannot import the framework.
    """
    targets = parse_targets(backend)
    if targets[1:]:
        raise UsageError(f"an object is of one backend, got {backend!r}; check each by itself")
    check_given([spec], targets, dtype, batch, steps)
    (target,) = targets
    if spec.masks:
        raise UsageError(
            f"{spec.name} has dropout, which your object would draw by itself; "
            "give both the drop_rate 0"
        )
    runtime_of(target.backend)
    local = Local(target.backend.runtime, model, names or {}, len(affinity()))
    with Session(target, local) as session:
        case = make_case(spec, batch=batch, steps=steps, seed=seed, dtype=dtype)
        _check_names(spec, session, dtype)
        cell = judged_in(Cell(Reference(case, dtype), target), session)
        located = (locate_own(cell),) if cell.is_wrong and locate else ()
        return ParityReport(tuple(cell.rows), {str(target): session.facts}, steps, located)


def _check_names(spec: Spec, session: Session, dtype: str) -> None:
    """One error for all names that the object lacks or has beside."""
    wanted = {slot.name for slot in session.target.backend.bindings(spec).states.values()}
    session.load(spec, {}, dtype=dtype)
    found = session.names()
    missing, other = sorted(wanted - found), sorted(found - wanted)
    if missing or other:
        raise UsageError(
            f"{spec.name}: your object has no {', '.join(missing) or 'name too few'}; "
            f"and beside what is wanted it has {', '.join(other) or 'none'}; "
            "names={'wanted': 'yours'} says which is which"
        )
