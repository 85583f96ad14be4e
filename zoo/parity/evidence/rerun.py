"""Runs one failure again and compares every tensor with the oracle's.

Needs the framework, NumPy and safetensors, nothing else: what runs the emitted source lies in
`worker`, as it ran before. Exits with 1 if a tensor still disagrees.

    python rerun.py

`exchanges.json` lists what the worker was asked, in the framework's own names and layouts;
`arrays.safetensors` holds the arrays: <number>.sent.<name> and <number>.oracle.<name>.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def main() -> int:
    exchanges = json.loads((HERE / "exchanges.json").read_text(encoding="utf-8"))
    os.environ.update(exchanges["variables"])
    sys.path.insert(0, str(HERE / "worker"))
    from safetensors.numpy import load_file

    from zoo.worker.child import Server
    from zoo.worker.protocol import Message

    arrays, server, wrong = load_file(HERE / "arrays.safetensors"), Server(), 0
    for number, asked in enumerate(exchanges["exchanges"]):
        sent = under(arrays, f"{number}.sent.")
        fields = dict(asked["fields"])
        if "source" in asked:
            fields["source"] = (HERE / asked["source"]).read_text(encoding="utf-8")
        _, given = server.answer(Message({"do": asked["do"], **fields}, sent))
        for name, wanted in under(arrays, f"{number}.oracle.").items():
            wrong += judged(asked["judged"][name], given.get(name), wanted)
    print(f"{wrong} tensors disagree" if wrong else "all tensors agree")
    return 1 if wrong else 0


def under(arrays: dict[str, Any], start: str) -> dict[str, Any]:
    return {name[len(start) :]: array for name, array in arrays.items() if name.startswith(start)}


def judged(about: dict[str, Any], given: Any, wanted: Any) -> bool:
    """Print a tensor's error; whether it is wrong. Both are relative to the oracle's largest."""
    import numpy as np

    if given is None or given.shape != wanted.shape or not np.all(np.isfinite(given)):
        print(f"{about['label']:<70} missing, of another shape, or not finite")
        return True
    largest = float(np.max(np.abs(wanted), initial=0.0)) or 1.0
    error = float(np.max(np.abs(given.astype(np.float64) - wanted), initial=0.0)) / largest
    bad = bool(error > about["bound"])
    verdict = "disagrees" if bad else "agrees"
    print(f"{about['label']:<70} error {error:8.1e}  rounding {about['bound']:8.1e}  {verdict}")
    return bad


if __name__ == "__main__":
    sys.exit(main())
