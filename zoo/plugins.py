"""Backends are plug-ins: any distribution with an entry point in the group `zoo.backends`.

The entry point names a function without arguments that returns a `Backend`: metadata alone. Listing
backends therefore imports neither an adapter's emitter nor its framework, and an adapter that is
broken costs one warning, never the command.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import warnings
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Iterable, Mapping

from attrs import field, frozen, validators
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from zoo.errors import BackendUnavailable, InternalError, UsageError, nearest

if TYPE_CHECKING:
    from zoo.emit.base import Program
    from zoo.emit.rearrange import Bindings
    from zoo.spec.graph import Spec

GROUP = "zoo.backends"
WORKER_NEEDS = ("numpy", "safetensors")


def _as_tuple(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(words)


@frozen
class Backend:
    """What the core knows of a framework without importing anything of it.

    Attributes:
        name: what is typed, such as `torch`; lower case, and safe as a folder name.
        framework: what a person calls it, such as `PyTorch`.
        module: the framework's import name.
        package: the adapter's import name, such as `zoo_torch`.
        distribution: the adapter's distribution, whose extra pins the framework.
        modes: ways to run a model; the first is the default.
        python: versions of Python that the pinned framework runs on, such as `>=3.10,<3.15`.
        build_constraints: pip constraints for what has to be built from source.
        extra: the distribution's extra with the pins.
        environment: name of another backend in whose environment this one runs; its pins are
            added there. Empty: it has an environment of its own.
        engine: for an adapter that serves several backends, which of them: its `emit` and
            `bindings` take it as the argument `engine`. Empty: they take none.
        variables: environment variables that a worker starts with, such as `KERAS_BACKEND=jax`.
    """

    name: str = field(validator=validators.matches_re(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*"))
    framework: str
    module: str
    package: str
    distribution: str
    modes: tuple[str, ...] = field(converter=_as_tuple, validator=validators.min_len(1))
    python: str = field()
    build_constraints: tuple[str, ...] = field(converter=_as_tuple, default=())
    extra: str = "run"
    environment: str = ""
    engine: str = ""
    variables: tuple[str, ...] = field(
        converter=_as_tuple,
        default=(),
        validator=validators.deep_iterable(validators.matches_re(r"\w+=.*")),
    )

    @python.validator
    def _is_a_specifier(self, _attribute: object, text: str) -> None:
        SpecifierSet(text)

    @property
    def default_mode(self) -> str:
        return self.modes[0]

    @property
    def runtime(self) -> str:
        """The module that imports the framework; only a worker process imports it."""
        return f"{self.package}.run"

    @property
    def home(self) -> str:
        """Name of the backend whose environment it runs in: mostly its own."""
        return self.environment or self.name

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables that a worker starts with."""
        return dict(variable.split("=", 1) for variable in self.variables)

    def emit(self, spec: Spec, *, mask_batch: int | None = None) -> Program:
        """The program of a model.

        Args:
            mask_batch: if given, dropout takes given masks for a batch of that size.

        Raises:
            UnsupportedError: the backend cannot express the model; all findings at once.
        """
        found: Program = self._module("emit").emit(spec, mask_batch=mask_batch, **self._which)
        return found

    def bindings(self, spec: Spec, *, mask_batch: int | None = None) -> Bindings:
        """How canonical arrays map to the program that `emit` gives for the same arguments."""
        module = self._module("weights")
        found: Bindings = module.bindings(spec, mask_batch=mask_batch, **self._which)
        return found

    @property
    def _which(self) -> dict[str, str]:
        return {"engine": self.engine} if self.engine else {}

    def _module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def location(self) -> Path:
        """The folder of the adapter's package, found without importing anything heavy."""
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise InternalError(
                f"the package {self.package} of {self.distribution} is not a folder on sys.path; "
                f"install {self.distribution} again"
            )
        return Path(next(iter(spec.submodule_search_locations)))

    def pins(self, markers: Mapping[str, str]) -> tuple[str, ...]:
        """Requirements of its worker: those of the extra, and what every worker needs.

        Args:
            markers: the target interpreter's PEP 508 marker values, such as `python_version`.
        """
        chosen = []
        for text in metadata.requires(self.distribution) or []:
            requirement = Requirement(text)
            marker, requirement.marker = requirement.marker, None
            if marker is None or marker.evaluate({**markers, "extra": ""}):
                continue  # a dependency of the adapter itself
            if marker.evaluate({**markers, "extra": self.extra}):
                chosen.append(requirement)
        named = {canonicalize_name(requirement.name) for requirement in chosen}
        return (*map(str, chosen), *(need for need in WORKER_NEEDS if need not in named))


@frozen
class Target:
    """A backend in one of its modes: a row of a table."""

    backend: Backend
    mode: str

    def __str__(self) -> str:
        return f"{self.backend.name}:{self.mode}"


def backends() -> dict[str, Backend]:
    """Every installed backend by name, in alphabetical order."""
    return dict(_scan(tuple(sys.path))[0])


def backend(name: str) -> Backend:
    """The installed backend of that name.

    Raises:
        UsageError: no backend has that name; the message has the nearest ones.
        BackendUnavailable: an adapter offers it, but is broken.
    """
    working, broken = _scan(tuple(sys.path))
    if name in working:
        return working[name]
    if name in broken:
        distribution, reason = broken[name]
        raise BackendUnavailable(
            name, reason, f"pip install --force-reinstall --no-deps {distribution}"
        )
    if not working:
        raise UsageError(f"no backend {name!r}: none is installed; pip install parityzoo-torch")
    raise UsageError(f"no backend {name!r}: {nearest(name, working)}")


def parse_targets(text: str) -> list[Target]:
    """Read `torch,mxnet`, `torch:compile` or `all`; order is kept and duplicates collapse.

    A name without a mode means the backend's default mode, and `all` every installed backend so.

    Raises:
        UsageError: an unknown backend or mode, or nothing named at all.
        BackendUnavailable: a backend asked for by name is broken.
    """
    targets: dict[Target, None] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word == "all":
            found = backends().values()
            targets.update((Target(each, each.default_mode), None) for each in found)
        else:
            targets[_parse_target(word)] = None
    if not targets:
        known = ", ".join(backends()) or "none is installed; pip install parityzoo-torch"
        raise UsageError(f"{text!r} names no backend; known: {known}")
    return list(targets)


def _parse_target(word: str) -> Target:
    name, colon, mode = word.partition(":")
    found = backend(name)
    if colon and mode not in found.modes:
        raise UsageError(f"{name} has no mode {mode!r}: {nearest(mode, found.modes)}")
    return Target(found, mode or found.default_mode)


@lru_cache(maxsize=8)
def _scan(search_path: tuple[str, ...]) -> tuple[dict[str, Backend], dict[str, tuple[str, str]]]:
    """Working backends, and (distribution, reason) of broken ones; both by name.

    The search path is the cache's key: a change of it is seen, and nothing is warned of twice.
    """
    working: dict[str, Backend] = {}
    broken: dict[str, tuple[str, str]] = {}
    for (name, distribution), entry in sorted(_entry_points().items()):
        try:
            found = _load(entry, distribution)
        except Exception as error:  # an adapter's code is not ours: it may raise anything
            reason = f"the plug-in {distribution} is broken: {type(error).__name__}: {error}"
            broken[name] = (distribution, reason)
            warnings.warn(f"backend {name} is left out: {reason}", RuntimeWarning, stacklevel=3)
            continue
        if name in working:
            warnings.warn(
                f"backend {name} is offered by {working[name].distribution} and {distribution}; "
                f"the first is used, uninstall one of them",
                RuntimeWarning,
                stacklevel=3,
            )
            continue
        working[name] = found
    return working, broken


def _entry_points() -> dict[tuple[str, str], metadata.EntryPoint]:
    """Our entry points by (name, distribution); the first on sys.path hides later copies."""
    found: dict[tuple[str, str], metadata.EntryPoint] = {}
    for distribution in metadata.distributions():
        ours = [entry for entry in distribution.entry_points if entry.group == GROUP]
        for entry in ours:
            owner = canonicalize_name(distribution.metadata["Name"])
            found.setdefault((entry.name, owner), entry)
    return found


def _load(entry: metadata.EntryPoint, distribution: str) -> Backend:
    found = entry.load()()
    if not isinstance(found, Backend):
        raise TypeError(f"{entry.value} returned {type(found).__name__}, not zoo.plugins.Backend")
    if found.name != entry.name:
        raise ValueError(f"{entry.value} is registered as {entry.name!r}, not {found.name!r}")
    if canonicalize_name(found.distribution) != distribution:
        raise ValueError(f"{entry.value} gives its distribution as {found.distribution!r}")
    return found
