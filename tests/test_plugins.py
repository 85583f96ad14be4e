"""Backends are listed without importing them, and a broken one harms no other."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Callable

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from zoo import plugins
from zoo.errors import BackendUnavailable, InternalError, UsageError
from zoo.plugins import Backend, Target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ADAPTERS = Path(__file__).parents[1] / "backends"

PACKAGE = """
from zoo.plugins import Backend
def backend():
    return Backend(
        name={name!r}, framework="Fake", module="fakeframe", package={package!r},
        distribution={distribution!r}, modes=("eager", "compile"), python=">=3.9",
    )
"""

Publish = Callable[..., Path]


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Install a fake adapter into a folder that is the only place where plug-ins are found."""
    monkeypatch.syspath_prepend(str(tmp_path))
    real = plugins.metadata.distributions
    monkeypatch.setattr(plugins.metadata, "distributions", lambda: real(path=[str(tmp_path)]))

    def write(name: str, *, distribution: str = "", source: str = "", requires: str = "") -> Path:
        distribution = distribution or f"fakezoo-{name}"
        package = distribution.replace("-", "_") + f"_{tmp_path.name.replace('-', '_')}"
        folder, info = tmp_path / package, tmp_path / f"{distribution.replace('-', '_')}.dist-info"
        folder.mkdir()
        info.mkdir()
        own = PACKAGE.format(name=name, package=package, distribution=distribution)
        (folder / "__init__.py").write_text(source or own)
        (folder / "emit.py").write_text("def emit(spec, **given): return 'program', given")
        (folder / "weights.py").write_text("def bindings(spec, **given): return 'slots', given")
        (folder / "run.py").write_text("raise SystemExit('the framework was imported')")
        (info / "entry_points.txt").write_text(f"[zoo.backends]\n{name} = {package}:backend\n")
        about = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1\nProvides-Extra: run\n"
        (info / "METADATA").write_text(about + requires)
        plugins._scan.cache_clear()
        return folder

    plugins._scan.cache_clear()
    yield write
    plugins._scan.cache_clear()


def test_listing_is_by_name_and_imports_only_the_metadata(publish: Publish) -> None:
    """Neither emitter nor weights nor runtime is imported to list a backend."""
    publish("zeta")
    folder = publish("alpha")
    assert list(plugins.backends()) == ["alpha", "zeta"]
    assert f"{folder.name}" in sys.modules
    assert not [name for name in sys.modules if name.startswith(f"{folder.name}.")]


def test_the_emitter_and_the_weights_load_on_request(publish: Publish) -> None:
    """The loaders give the adapter's own modules, and the runtime only its name."""
    folder = publish("alpha")
    found = plugins.backend("alpha")
    assert found.emit(None) == ("program", {"mask_batch": None})
    assert found.bindings(None, mask_batch=2) == ("slots", {"mask_batch": 2})
    assert found.runtime == f"{folder.name}.run"


def test_the_location_is_the_package_folder(publish: Publish) -> None:
    """A worker is told this folder, so that it needs nothing else of our site-packages."""
    folder = publish("alpha")
    assert plugins.backend("alpha").location() == folder


def test_a_package_that_is_gone_has_no_location(publish: Publish) -> None:
    """A metadata folder left behind without its package is named in the error."""
    with pytest.raises(InternalError, match="zoo_gone of zoo-gone"):
        Backend("gone", "Gone", "gone", "zoo_gone", "zoo-gone", ("eager",), ">=3.9").location()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("def backend(:", "SyntaxError"),
        ("pass", "AttributeError"),
        ("def backend(): raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("def backend(): return 7", "returned int"),
        (
            PACKAGE.format(name="other", package="x", distribution="fakezoo-bad"),
            "registered as 'bad', not 'other'",
        ),
        (
            PACKAGE.format(name="bad", package="x", distribution="someone-else"),
            "gives its distribution as 'someone-else'",
        ),
        (
            PACKAGE.format(name="../bad", package="x", distribution="fakezoo-bad"),
            "must match regex",
        ),
    ],
)
def test_a_broken_plugin_is_one_warning_and_the_rest_go_on(
    publish: Publish, source: str, reason: str
) -> None:
    """The warning names the distribution; asking twice does not warn twice."""
    publish("bad", source=source)
    publish("good")
    with pytest.warns(RuntimeWarning) as caught:  # noqa: PT031 (both calls are the point)
        assert list(plugins.backends()) == ["good"]
        assert list(plugins.backends()) == ["good"]
    assert len(caught) == 1
    assert "fakezoo-bad" in str(caught[0].message)
    assert reason in str(caught[0].message)


def test_a_broken_backend_asked_for_by_name_says_how_to_mend_it(publish: Publish) -> None:
    """It is unavailable (exit 3), not unknown (exit 2)."""
    publish("bad", source="import no_such_module_at_all")
    with pytest.warns(RuntimeWarning), pytest.raises(BackendUnavailable) as caught:
        plugins.backend("bad")
    assert "no_such_module_at_all" in caught.value.reason
    assert "fakezoo-bad" in caught.value.mend


def test_two_distributions_with_one_name_are_both_named(publish: Publish) -> None:
    """The choice does not depend on the order of a folder listing."""
    publish("alpha", distribution="second-alpha")
    publish("alpha", distribution="first-alpha")
    with pytest.warns(RuntimeWarning, match="first-alpha and second-alpha") as caught:
        assert plugins.backend("alpha").distribution == "first-alpha"
    assert len(caught) == 1


def test_an_unknown_backend_is_answered_with_the_nearest(publish: Publish) -> None:
    publish("torch")
    publish("mxnet")
    with pytest.raises(UsageError, match=r"'trch': did you mean torch\?"):
        plugins.backend("trch")


def test_without_any_backend_the_error_says_how_to_get_one(publish: Publish) -> None:
    with pytest.raises(UsageError, match="pip install parityzoo-torch"):
        plugins.backend("torch")
    with pytest.raises(UsageError, match="pip install parityzoo-torch"):
        plugins.parse_targets("all")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("torch", "torch:eager"),
        ("torch,mxnet", "torch:eager mxnet:eager"),
        ("torch:compile", "torch:compile"),
        (" torch:compile , torch,", "torch:compile torch:eager"),
        ("torch,torch:eager,torch", "torch:eager"),
        ("all", "mxnet:eager torch:eager"),
        ("torch:compile,all,torch", "torch:compile mxnet:eager torch:eager"),
    ],
)
def test_targets_keep_their_order_and_duplicates_collapse(
    publish: Publish, text: str, expected: str
) -> None:
    publish("torch")
    publish("mxnet")
    targets = plugins.parse_targets(text)
    assert " ".join(map(str, targets)) == expected
    assert all(isinstance(each, Target) for each in targets)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mxnet,trch", r"no backend 'trch': did you mean torch\?"),
        ("torch:compil", r"torch has no mode 'compil': did you mean compile\?"),
        ("torch:", "torch has no mode '': known: compile, eager"),
        ("torch:eager:x", r"no mode 'eager:x': did you mean eager\?"),
        ("", "names no backend; known: mxnet, torch"),
        (" , ", "names no backend; known: mxnet, torch"),
        (":eager", "no backend ''"),
        ("All", "no backend 'All'"),
    ],
)
def test_bad_targets_are_usage_errors_with_the_nearest_names(
    publish: Publish, text: str, message: str
) -> None:
    publish("torch")
    publish("mxnet")
    with pytest.raises(UsageError, match=message):
        plugins.parse_targets(text)


def test_pins_are_the_run_extra_and_what_every_worker_needs(publish: Publish) -> None:
    """Markers are judged for the interpreter asked about, not for the one that runs the tests."""
    publish(
        "alpha",
        requires='Requires-Dist: parityzoo\nRequires-Dist: frame==1.2; extra == "run"\n'
        'Requires-Dist: pytest; extra == "test"\n'
        "Requires-Dist: numpy==2.2.6; python_version < '3.11' and extra == 'run'\n"
        "Requires-Dist: numpy==2.4.6; python_version >= '3.11' and extra == 'run'\n",
    )
    found = plugins.backend("alpha")
    assert found.pins({"python_version": "3.10"}) == ("frame==1.2", "numpy==2.2.6", "safetensors")
    assert found.pins({"python_version": "3.12"}) == ("frame==1.2", "numpy==2.4.6", "safetensors")


@pytest.mark.parametrize(
    "folder", sorted(ADAPTERS.glob("*/pyproject.toml")), ids=lambda p: p.parent.name
)
def test_every_adapter_of_ours_pins_its_framework_exactly(folder: Path) -> None:
    """For each Python that it says it runs on there is one exact pin of every package."""
    project = tomllib.loads(folder.read_text())["project"]
    ((name, _),) = project["entry-points"]["zoo.backends"].items()
    source = folder.parent / "src" / f"zoo_{name}" / "__init__.py"
    scope: dict[str, Callable[[], Backend]] = {}
    exec(compile(source.read_text(), str(source), "exec"), scope)
    found = scope["backend"]()
    assert (found.name, found.distribution) == (name, project["name"])
    requirements = [Requirement(text) for text in project["optional-dependencies"]["run"]]
    assert all(re.fullmatch(r"==[\d.]+", str(each.specifier)) for each in requirements)
    minors = [m for m in range(40) if SpecifierSet(found.python).contains(f"3.{m}.5")]
    assert minors
    for minor in minors:
        env = {"python_version": f"3.{minor}"}
        names = [e.name for e in requirements if e.marker is None or e.marker.evaluate(env)]
        assert {"numpy", "safetensors"} < set(names)
        assert len(names) == len(set(names))


def test_our_adapters_are_all_there() -> None:
    """The test above has something to judge."""
    found = {path.parent.name for path in ADAPTERS.glob("*/pyproject.toml")}
    assert found >= {"torch", "tensorflow", "mxnet"}


def test_listing_backends_imports_no_framework() -> None:
    """In a fresh process with the real adapters on the path."""
    paths = [str(ADAPTERS.parent), *(str(p) for p in ADAPTERS.glob("*/src"))]
    code = (
        f"import sys; sys.path[:0] = {paths!r}\n"
        "import zoo_torch, zoo_tensorflow, zoo_mxnet\n"
        "names = [m.backend().name for m in (zoo_torch, zoo_tensorflow, zoo_mxnet)]\n"
        "heavy = {'torch', 'tensorflow', 'mxnet', 'keras', 'rich'} & set(sys.modules)\n"
        "print(*names, *heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["torch", "tensorflow", "mxnet"]


def test_a_clean_listing_warns_of_nothing(publish: Publish) -> None:
    publish("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(plugins.backends()) == ["torch"]
