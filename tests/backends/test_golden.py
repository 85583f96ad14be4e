"""Emitted sources: equal to the files under review, formatted, and with nothing superfluous."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance.cases import CASES
from tests.conformance.trainings import TRAININGS
from zoo import plugins
from zoo.emit import emit
from zoo.spec import Spec

ROOT = Path(__file__).resolve().parents[2]
BACKENDS = sorted(plugins.backends())
FRAMEWORKS = {backend.module for backend in plugins.backends().values()}
BESIDE = {
    "chainer": {"numpy"},
    **{f"keras-{engine}": {"os"} for engine in ("jax", "tensorflow", "torch")},
}
"""What a source imports beside its framework, because people who use that do."""

_spec = importlib.util.spec_from_file_location("write_golden", ROOT / "backends/write_golden.py")
write_golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(write_golden)


PROGRAMS = [(name, spec, m) for name, spec in CASES.items() for m in (None, 4)]
PROGRAMS += [(f"training_{name}", spec, None) for name, spec in TRAININGS.items()]


@pytest.mark.parametrize("backend", write_golden.kept())
def test_golden_files_are_what_is_emitted(backend: str) -> None:
    """A change of an emitted source is a diff that somebody reviews."""
    expected = write_golden.golden(backend)
    assert set(expected) == set((write_golden.adapter(backend) / "golden").iterdir())
    for path, text in expected.items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name} of {backend} changed; run: python backends/write_golden.py {backend}"
        )


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_emitted_source_is_clean(backend: str) -> None:
    """Compiles, imports its framework and what is BESIDE, has nothing unused, is deterministic."""
    module = plugins.backend(backend).module
    for name, spec, mask_batch in PROGRAMS:
        source = emit(spec, backend, mask_batch=mask_batch)
        tree = ast.parse(source)
        imported = {
            (node.module if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        assert imported - {"math"} - BESIDE.get(backend, set()) == {module}, name
        unused = _definitions(tree) - _names(tree)
        assert not unused, f"{name}: defined and never used: {unused}"
        assert source == emit(spec, backend, mask_batch=mask_batch), name


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_emitted_source_is_formatted(backend: str, tmp_path: Path) -> None:
    """As a formatter would have it, and a linter finds nothing in it."""
    for name, spec, mask_batch in PROGRAMS:
        masked = "_masked" if mask_batch else ""
        path = tmp_path / f"{name}{masked}.py"
        path.write_text(emit(spec, backend, mask_batch=mask_batch), encoding="utf-8")
    for command in (
        ["format", "--diff"],
        ["check", "--select", "E4,E7,E9,F,B,W", "--ignore", "B905"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "88", tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def _definitions(tree: ast.Module) -> set[str]:
    kinds = (ast.ClassDef, ast.FunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def _names(tree: ast.Module) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_emission_does_not_depend_on_how_the_spec_was_made(backend: str) -> None:
    """A specification read back from JSON gives the same source."""
    for spec in CASES.values():
        assert emit(Spec.from_json(spec.to_json()), backend) == emit(spec, backend)


@pytest.mark.parametrize("backend", BACKENDS)
def test_weight_maps_cover_every_state_once(backend: str) -> None:
    """No canonical array is lost, and no two share a place in the framework."""
    for spec in CASES.values():
        slots = plugins.backend(backend).bindings(spec, mask_batch=4)
        assert set(slots.states) == set(spec.states)
        assert set(slots.masks) == set(spec.masks)
        names = [slot.name for slot in (*slots.states.values(), *slots.masks.values())]
        assert len(set(names)) == len(names)
        assert len(slots.inputs) == len(spec.inputs)


def test_a_core_without_frameworks_is_what_is_tested_here() -> None:
    """Importing the core and every adapter's emitter imports no framework."""
    code = (
        "import sys, pkgutil, importlib, zoo\n"
        "for m in pkgutil.walk_packages(zoo.__path__, 'zoo.'):\n"
        "    if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "from zoo import plugins\n"
        "for b in plugins.backends().values():\n"
        "    importlib.import_module(f'{b.package}.emit')\n"
        "    importlib.import_module(f'{b.package}.weights')\n"
        f"found = {sorted(FRAMEWORKS | {'keras', 'jax', 'chainer'})!r}\n"
        "print([name for name in found if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_what_workers_run_imports_a_framework() -> None:
    """No file of the core imports one; of an adapter, run.py and the probes of conventions do."""
    banned = FRAMEWORKS | {"keras", "jax", "chainer"}
    files = [*(ROOT / "zoo").rglob("*.py"), *(ROOT / "backends").glob("*/src/**/*.py")]
    assert len(files) > 50
    for path in files:
        if path.name == "run.py" or (path.parts[-2] == "conventions" and "backends" in path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found = {(node.module or "").partition(".")[0]}
            else:
                continue
            assert not found & banned, f"{path} imports {found & banned}"
