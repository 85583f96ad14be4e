"""The first file that a worker runs: makes the parent's packages importable, and no others.

The worker's interpreter has the framework but not this project, and the folder that holds the
project may be a site-packages full of libraries built for another Python. So each package is placed
in `sys.modules` by its own location. Its `__init__` is not run: it may import what only the parent
has; submodules are found and run as usual.

Run as a script: `python boot.py zoo=<folder> zoo_torch=<folder>`. Needs only the standard library.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def offer(name: str, folder: Path) -> None:
    """Make `name.anything` importable from `folder`, whatever is on `sys.path`."""
    start = folder / "__init__.py"
    spec = spec_from_file_location(name, start, submodule_search_locations=[str(folder)])
    assert spec is not None  # only an unknown suffix gives None
    sys.modules[name] = module_from_spec(spec)


def main(arguments: list[str]) -> None:
    for argument in arguments:
        name, _, folder = argument.partition("=")
        offer(name, Path(folder))
    import_module("zoo.worker.child").main()


if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its file names are too common to be top-level modules
    main(sys.argv[1:])
