"""Backends are listed without importing them, and a broken one harms no other."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import zoo
from zoo import plugins
from zoo.backend import Backend
from zoo.errors import BackendUnavailable, UnsupportedError, UsageError
from zoo.models import registry
from zoo.target import Target, parse_targets

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ADAPTERS = Path(__file__).parents[1] / "backends"
FRAMEWORKS = ("chainer", "jax", "keras", "mxnet", "tensorflow", "torch")

PACKAGE = """
from zoo.backend import Backend
def backend():
    return Backend(
        name={name!r}, framework="Fake", module="fakeframe", package={package!r},
        distribution={distribution!r}, modes=("eager", "compile"), python=">=3.9",
    )
"""

EMIT = """
from zoo.emit.base import Part, Program
def emit(spec, **given):
    return Program(spec.name, (Part("model", "", repr(given)),))
"""

WEIGHTS = """
from zoo.emit.rearrange import AS_IS, Bindings, Slot
def bindings(spec, *, mask_batch=None):
    masks = {name: Slot(f"{name} of {mask_batch}") for name in spec.masks}
    return Bindings({name: Slot(name) for name in spec.states}, masks, (AS_IS,), AS_IS)
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
        (folder / "emit.py").write_text(EMIT)
        (folder / "weights.py").write_text(WEIGHTS)
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
    """They are asked with the batch that masks are for, and the runtime is only a name here."""
    folder = publish("alpha")
    found, spec = plugins.backend("alpha"), registry.build("mlp", "tiny")
    assert found.emit(spec).source == "{'mask_batch': None}\n"
    (mask, *_), slots = spec.masks, found.bindings(spec, mask_batch=2)
    assert slots.masks[mask].name == f"{mask} of 2"
    assert found.runtime == f"{folder.name}.run"


def test_the_location_is_the_package_folder(publish: Publish) -> None:
    """A worker is told this folder, so that it needs nothing else of our site-packages."""
    folder = publish("alpha")
    assert plugins.backend("alpha").location() == folder


def test_a_package_that_is_gone_has_no_location(publish: Publish) -> None:
    """A metadata folder left behind without its package is named in the error."""
    with pytest.raises(BackendUnavailable, match=r"zoo-gone .* no zoo_gone/run\.py"):
        Backend("gone", "Gone", "gone", "zoo_gone", "zoo-gone", ("eager",), ">=3.9").location()


def test_masks_may_be_left_out_only_where_none_are_given(publish: Publish) -> None:
    """A state or a mask without a place would be lost in silence."""
    folder = publish("alpha")
    none = WEIGHTS.replace("for name in spec.masks", "for name in ()")
    (folder / "weights.py").write_text(none)
    found, spec = plugins.backend("alpha"), registry.build("mlp", "tiny")
    found.bindings(spec)
    with pytest.raises(BackendUnavailable, match=r"fakezoo-alpha is broken: .* left out hidden\.0"):
        found.bindings(spec, mask_batch=2)


def test_errors_of_our_own_pass_through_an_adapter(publish: Publish) -> None:
    """A refusal is no fault of the adapter."""
    folder = publish("alpha")
    refuses = "from zoo.errors import UnsupportedError\ndef emit(spec, **given):\n"
    (folder / "emit.py").write_text(refuses + "    raise UnsupportedError('alpha', ['no'])")
    with pytest.raises(UnsupportedError, match="alpha cannot express"):
        plugins.backend("alpha").emit(registry.build("mlp", "tiny"))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("def backend(:", "SyntaxError"),
        ("pass", "AttributeError"),
        ("def backend(): raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("def backend(): return 7", "returned int, not zoo.backend.Backend"),
        ("raise SystemExit('no')", "SystemExit: no (fakezoo_bad"),
        (
            PACKAGE.format(name="bad", package="x", distribution="fakezoo-bad").replace(
                "python=", "device='cpu', python="
            ),
            "unexpected keyword argument 'device'",
        ),
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
    """The warning names the distribution and a mend; asking twice does not warn twice."""
    publish("bad", source=source)
    publish("good")
    with pytest.warns(RuntimeWarning) as caught:  # noqa: PT031 (both calls are the point)
        assert list(plugins.backends()) == ["good"]
        assert list(plugins.backends()) == ["good"]
    (warning,) = caught
    text = str(warning.message)
    assert text.startswith("backend bad is left out: the plug-in fakezoo-bad is broken: ")
    assert reason in text
    assert "To mend it: pip install --force-reinstall --no-deps fakezoo-bad" in text


@pytest.mark.parametrize(
    ("needs", "fits"),
    [
        ("parityzoo>=99", False),
        ("Parityzoo<0.1", False),
        ("parityzoo==0.0.*", False),
        ("parityzoo>=0.1", True),
        ("parityzoo", True),
        ("otherzoo>=99", True),
        ("parityzoo>=99; extra == 'test'", True),
    ],
)
def test_an_adapter_for_another_version_is_left_out(
    publish: Publish, needs: str, fits: bool
) -> None:
    """Before its code runs, which may fail in any way then; the mend is to upgrade both."""
    source = "" if fits else "raise AssertionError('it ran')"
    publish("newer", source=source, requires=f"Requires-Dist: {needs}\n")
    publish("good")
    if fits:
        assert list(plugins.backends()) == ["good", "newer"]
        return
    with pytest.warns(RuntimeWarning) as caught:
        assert list(plugins.backends()) == ["good"]
    (warning,) = caught
    needed = str(Requirement(needs))
    assert f"fakezoo-newer needs {needed}, and this is {zoo.__version__}" in str(warning.message)
    with pytest.raises(BackendUnavailable) as raised:
        plugins.backend("newer")
    assert raised.value.mend == "pip install --upgrade parityzoo fakezoo-newer"


def test_a_plugin_with_several_backends_warns_once(publish: Publish) -> None:
    """One fault of one distribution is one line, whatever it takes away."""
    folder = publish("one", source="import no_such_module_at_all")
    (entries,) = folder.parent.glob("*.dist-info/entry_points.txt")
    entries.write_text(entries.read_text() + f"two = {folder.name}:backend\n")
    with pytest.warns(RuntimeWarning, match="backend one, two is left out") as caught:
        assert plugins.backends() == {}
    assert len(caught) == 1


def test_what_is_left_of_a_distribution_is_one_warning(publish: Publish) -> None:
    """pip, interrupted while it removes one, may leave entry points without the metadata."""
    folder = publish("ruin")
    publish("good")
    next(folder.parent.glob("fakezoo_ruin*.dist-info/METADATA")).unlink()
    with pytest.warns(RuntimeWarning, match="backend ruin is left out") as caught:
        assert list(plugins.backends()) == ["good"]
    assert len(caught) == 1


def test_a_broken_backend_asked_for_by_name_says_how_to_mend_it(publish: Publish) -> None:
    """It is unavailable (exit 3), not unknown (exit 2)."""
    publish("bad", source="import no_such_module_at_all")
    with pytest.warns(RuntimeWarning), pytest.raises(BackendUnavailable) as caught:
        plugins.backend("bad")
    assert "no_such_module_at_all" in caught.value.reason
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)  # for ZOO_DEBUG=1
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
        parse_targets("all")


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
    targets = parse_targets(text)
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
        parse_targets(text)


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


def adapters() -> Iterator[Any]:
    """(project table, backend) of every entry point of every adapter in the checkout."""
    for path in sorted(ADAPTERS.glob("*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        for name, value in project["entry-points"]["zoo.backends"].items():
            package, _, function = value.partition(":")
            source = path.parent / "src" / package / "__init__.py"
            scope: dict[str, Any] = {}
            exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), scope)
            yield pytest.param(project, scope[function](), id=name)


@pytest.mark.parametrize(("project", "found"), list(adapters()))
def test_every_adapter_of_ours_pins_its_framework_exactly(project: Any, found: Backend) -> None:
    """For each Python that it says it runs on there is one exact pin of every package."""
    assert found.name in project["entry-points"]["zoo.backends"]
    assert found.distribution == project["name"]
    requirements = [Requirement(text) for text in project["optional-dependencies"][found.extra]]
    assert requirements
    assert all(re.fullmatch(r"==[\d.]+", str(each.specifier)) for each in requirements)
    minors = [m for m in range(40) if SpecifierSet(found.python).contains(f"3.{m}.5")]
    assert minors
    for minor in minors:
        env = {"python_version": f"3.{minor}"}
        names = [e.name for e in requirements if e.marker is None or e.marker.evaluate(env)]
        assert found.environment or {"numpy", "safetensors"} < set(names)
        assert len(names) == len(set(names))


def test_our_adapters_are_all_there() -> None:
    """The test above has something to judge."""
    found = {path.parent.name for path in ADAPTERS.glob("*/pyproject.toml")}
    assert found >= set(FRAMEWORKS)


def test_listing_backends_imports_no_framework() -> None:
    """In a fresh process with the real adapters on the path."""
    sources = sorted(ADAPTERS.glob("*/src"))
    packages = [found.name for source in sources for found in source.glob("zoo_*")]
    code = (
        f"import importlib, sys; sys.path[:0] = {[str(ADAPTERS.parent), *map(str, sources)]!r}\n"
        f"for name in {packages!r}: importlib.import_module(name)\n"
        f"heavy = {[*FRAMEWORKS, 'rich']!r}\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(packages) >= 6
    assert done.stdout.split() == []


def test_a_clean_listing_warns_of_nothing(publish: Publish) -> None:
    publish("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(plugins.backends()) == ["torch"]
