"""Every optimizer on full-size models: training steps on every backend beside the oracle's.

    python optimizers.py [--backends all] [--models transformer,resnet20,mlp] [--steps 20]
                         [--forms "FORM FORM"] [--python NAME=PATH] [--json FILE] > table.md
    python optimizers.py --from FILE > table.md

For each optimizer in each form that has a formula of its own, the same as
`zoo parity transformer resnet20 mlp --backends all --train 20 --optimizer FORM`: from the same
start, on the same batches, under the same masks, everything is compared after each step. It exits
with 1 where anything disagrees. What is printed is the largest difference of a parameter over all
backends, relative to the largest number in its tensor, at the step that comes nearest to its bound.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Mapping, Sequence

import attrs

from zoo.modelargs import parse_part
from zoo.models import registry
from zoo.parity.case import make_case
from zoo.parity.compare import AGREES
from zoo.parity.run import judge
from zoo.target import Target, as_targets
from zoo.training import OPTIMIZERS
from zoo.worker.pool import Pool

FORMS = (
    "sgd",
    "sgd:momentum=0.9",
    "sgd:momentum=0.9,nesterov=true",
    "sgd:momentum=0.9,dampening=0.5",
    "sgd:momentum=0.9,weight_decay=0.01,decay=coupled,decay_excludes=bias+norm",
    "sgd:momentum=0.9,weight_decay=0.01,decay=decoupled,decay_excludes=bias+norm",
    "adagrad",
    "adagrad:epsilon_placement=inside",
    "adadelta",
    "rmsprop",
    "rmsprop:epsilon_placement=inside",
    "rmsprop:centered=true",
    "rmsprop:momentum=0.9",
    "adam",
    "adam:epsilon_placement=uncorrected",
    "adam:weight_decay=0.01,decay=coupled",
    "adamw",
    "adamax",
    "nadam",
    "nadam:weight_decay=0.01,decay=decoupled",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", default="all")
    parser.add_argument("--models", default="transformer,resnet20,mlp")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--forms", type=str.split, default=FORMS, help="some forms, blanks between")
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH")
    parser.add_argument("--json", type=Path, help="write every row of parameters and states here")
    parser.add_argument("--from", type=Path, dest="earlier", help="the table of such a file")
    arguments = parser.parse_args()
    found = json.loads(arguments.earlier.read_text()) if arguments.earlier else run(arguments)
    print(table(found))
    raise SystemExit(any(each["failed"] for each in found))


def run(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    targets = as_targets(arguments.backends)
    found: list[dict[str, Any]] = []
    with Pool(python=dict(each.split("=", 1) for each in arguments.python)) as pool:
        for form in arguments.forms:
            for model in arguments.models.split(","):
                found.append(trained(pool, targets, model, form, arguments.steps))
                if arguments.json:
                    arguments.json.write_text(json.dumps(found, indent=1))
    return found


def trained(
    pool: Pool, targets: Sequence[Target], model: str, form: str, steps: int
) -> dict[str, Any]:
    """Parity of a model with an optimizer, and how far its parameters came apart."""
    start = time.perf_counter()
    spec = registry.build(model).replace(optimizer=parse_part("--optimizer", OPTIMIZERS, form))
    environments: dict[str, Any] = {}
    rows = judge(
        make_case(spec, steps=steps), targets, pool, "float64", lambda text: None, environments
    )
    failed = sorted({f"{row.backend}: {row.reason}" for row in rows if row.verdict != AGREES})
    told = [row for row in rows if row.phase == "steps" and row.error is not None]
    kept = [attrs.asdict(row) for row in told if row.quantity != "loss"]
    print(
        f"{form} on {model}: {len(rows)} tensors of {len(targets)} backends, "
        f"largest difference of a parameter {_largest(kept)}, "
        f"{time.perf_counter() - start:.0f} s" + "".join(f"\n  {each}" for each in failed),
        flush=True,
        file=sys.stderr,
    )
    return {"model": model, "form": form, "tensors": len(rows), "failed": failed, "rows": kept,
            "environments": environments}  # fmt: skip


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """Markdown: the largest difference of a parameter, by form and model."""
    models = list(dict.fromkeys(each["model"] for each in found))
    cells = {(each["form"], each["model"]): _shown(each) for each in found}
    lines = [["optimizer", *models], ["---", *["---:"] * len(models)]]
    for form in dict.fromkeys(form for form, _ in cells):
        lines.append([f"`{form}`", *(cells.get((form, model), "not run") for model in models)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(each: Mapping[str, Any]) -> str:
    return f"{len(each['failed'])} disagree" if each["failed"] else _largest(each["rows"])


def _largest(rows: Sequence[Mapping[str, Any]]) -> str:
    parameters = (row for row in rows if row["quantity"] == "parameter")
    worst = max(parameters, key=lambda row: float(row["error"]))
    return f"{worst['error']:.1e} ({worst['backend']}, {worst['tensor']})"


if __name__ == "__main__":
    main()
