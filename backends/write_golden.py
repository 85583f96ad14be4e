"""Writes the emitted sources that are kept as files: run it, then review the diff.

python backends/write_golden.py [BACKEND ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import zoo
from zoo import plugins
from zoo.models import registry

HERE = Path(__file__).resolve().parent


def adapter(backend: str) -> Path:
    """The folder of the adapter that offers a backend."""
    return HERE / plugins.backend(backend).package.partition("_")[2]


def kept() -> list[str]:
    """Backends whose sources are kept: of those that share an adapter, the first."""
    first = {adapter(name): name for name in reversed(plugins.backends())}
    return sorted(first.values())


def golden(backend: str) -> dict[Path, str]:
    """File and text of every golden source of a backend: each model, and one with given masks."""
    folder = adapter(backend) / "golden"
    files = {folder / f"{m}.py": zoo.emit(registry.build(m), backend) for m in registry.MODELS}
    masked = zoo.emit(registry.build("transformer"), backend, mask_batch=16)
    return {**files, folder / "transformer_given_masks.py": masked}


if __name__ == "__main__":
    for name in sys.argv[1:] or kept():
        for path, text in golden(name).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(HERE.parent))
