"""A worker gets the parent's packages, and nothing else of the parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest
import safetensors

from zoo.worker import boot
from zoo.worker.parent import Worker


@pytest.fixture
def bare_python(tmp_path):
    """An interpreter other than the parent's, with NumPy and safetensors and no more."""
    folder = tmp_path / "bare"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([python, "-c", code], text=True).strip())
    for module in (np, safetensors):
        source = Path(module.__file__).parent
        (site / source.name).symlink_to(source)
        libraries = source.with_name(f"{source.name}.libs")
        if libraries.exists():
            (site / libraries.name).symlink_to(libraries)
    return python


def test_the_worker_has_its_own_path_and_none_of_the_parents(
    bare_python, packages, prepare, monkeypatch
):
    """Neither site-packages, nor PYTHONPATH, nor the folders of the offered packages."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    with Worker(bare_python, packages, "zoo_fake.run", timeout=60) as worker:
        facts = prepare(worker)
    theirs = {str(Path(folder).resolve()) for folder in facts["path"] if folder}
    own = str(bare_python.parents[1].resolve())
    assert any(folder.startswith(own) for folder in theirs)
    parents_sites = {str(Path(folder).resolve()) for folder in sys.path if "-packages" in folder}
    project = {str(folder.resolve()) for folder in packages.values()}
    project |= {str(folder.parent.resolve()) for folder in packages.values()}
    project |= {str(Path(boot.__file__).parent.resolve())}
    assert parents_sites
    assert theirs.isdisjoint(parents_sites | project)


def test_the_worker_imports_no_more_of_the_project_than_it_needs(worker, prepare):
    modules = prepare(worker)["modules"]
    ours = {name for name in modules if name.split(".")[0].startswith("zoo")}
    assert ours == {
        "zoo",
        "zoo.worker",
        *(
            f"zoo.worker.{name}"
            for name in ("arrays", "child", "facts", "protocol", "runtime", "timing")
        ),
        "zoo_fake",
        "zoo_fake.run",
    }
    assert not {"attr", "attrs", "click", "rich", "packaging"} & set(modules)


def test_a_package_is_offered_without_running_its_init(tmp_path):
    """Its submodules are found in its folder alone; it may be missing from sys.path."""
    folder = tmp_path / "somewhere" / "renamed"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('only in the parent')\n")
    (folder / "part.py").write_text("from offered import __path__; value = 7\n")
    code = f"""
import json, pathlib, sys
sys.path.insert(0, {str(Path(boot.__file__).parent)!r})
import boot
boot.offer("offered", pathlib.Path({str(folder)!r}))
import offered.part
print(json.dumps([offered.part.value, offered.part.__file__]))
"""
    out = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert json.loads(out) == [7, str(folder / "part.py")]
