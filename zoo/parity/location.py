"""What was found out about a failed cell, as a record and in words."""

from __future__ import annotations

from typing import Any, Tuple

import attrs

ALONE, LEADING, LOSS, STEPS, WHOLE = "alone", "leading-to", "loss", "steps", "whole"
OWN = "own"


@attrs.frozen
class Location:
    """What is known of a failed cell.

    Attributes:
        model, backend, mode, dtype: the cell.
        layer: path of the first layer at fault, `loss`, `optimizer`, or empty if none was found.
        kind: of its op, loss or optimizer.
        phase: evaluation, training or steps: the first that fails.
        differs: (quantity, tensor) of what the layer gets wrong.
        evidence: `alone` (the layer by itself differs), `leading-to` (only the model up to it
            does), `loss` (all layers agree under another loss), `steps` (everything but the
            training steps agrees), `whole` (no part differs) or `own` (an object of yours, which
            has no parts).
        causes: clauses that say which known conventions give the same numbers.
        tried: whether conventions were tried.
        finished: whether the search came to its end in time.
        shrunk: what the smallest model that still fails consists of; empty if none was sought.
    """

    model: str
    backend: str
    mode: str
    dtype: str
    layer: str = ""
    kind: str = ""
    phase: str = ""
    differs: Tuple[Tuple[str, str], ...] = ()
    evidence: str = WHOLE
    causes: Tuple[str, ...] = ()
    tried: bool = False
    finished: bool = True
    shrunk: str = ""

    def __str__(self) -> str:
        return f"{self.model} {self.backend}:{self.mode}: {sentences(self)}"

    @property
    def cell(self) -> Tuple[str, str, str, str]:
        return self.model, self.backend, self.mode, self.dtype

    def to_json(self) -> dict[str, Any]:
        """The published form: the fields, and `words`, which say all of it."""
        differs = [{"quantity": quantity, "tensor": tensor} for quantity, tensor in self.differs]
        return {**attrs.asdict(self), "differs": differs, "words": str(self)}


def sentences(found: Location) -> str:
    """A location in words."""
    if not found.layer and found.evidence == OWN:
        known = "no convention that is known, of one layer or of all of a kind, gives its numbers"
        return known if found.finished else "the search was ended before it was through"
    if not found.layer:
        return f"no part of the model differs in {found.phase}; the fault shows only in the whole"
    where = f"{found.layer} ({found.kind})"
    text = f"{where}: {_what(found)}; {_EVIDENCE[found.evidence]}."
    if not found.finished:
        text += " The search was ended before it was through."
    if len(found.causes) == 1:
        text += f" Likely: {found.causes[0]}."
    elif found.causes:
        text += f" Likely one of these: {'; '.join(found.causes)}."
    elif found.tried:
        text += " No convention that is known gives the same numbers."
    if found.shrunk:
        text += f" Smallest that still fails: {found.shrunk}."
    return text


_EVIDENCE = {
    ALONE: "with the oracle's own input the layer alone is wrong, too",
    LEADING: (
        "it agrees where it is emitted alone, and not in the model, where all before it agrees"
    ),
    LOSS: "under another loss all layers agree",
    STEPS: "all gradients agree",
    OWN: "found by other conventions in the whole, as an object has no parts",
}


def _what(found: Location, most: int = 3) -> str:
    """`running_var and gradient of weight differ in training`."""
    names = [_tensor(quantity, tensor) for quantity, tensor in found.differs]
    names = list(dict.fromkeys(names))
    if not names:
        return f"fails in {found.phase}"
    listed = names[:most] + ([f"{len(names) - most} more"] if len(names) > most else [])
    verb = "differs" if len(names) == 1 else "differ"
    where = "after training steps" if found.phase == "steps" else f"in {found.phase}"
    return f"{' and '.join(filter(None, (', '.join(listed[:-1]), listed[-1])))} {verb} {where}"


def _tensor(quantity: str, tensor: str) -> str:
    if quantity == "parameter-gradient":
        return f"gradient of {tensor}"
    if quantity == "input-gradient":
        return "gradient of the input"
    return tensor
