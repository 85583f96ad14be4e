"""Backends are plug-ins: any distribution with an entry point in the group `zoo.backends`.

The entry point names a function without arguments that returns a `Backend`: metadata alone. Listing
backends therefore imports neither an adapter's emitter nor its framework. An adapter that is broken
costs one warning when backends are listed, or one `BackendUnavailable` when it is used; both name
its distribution.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
import warnings
from contextlib import contextmanager
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping

from attrs import field, frozen, validators
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from zoo import __version__
from zoo.errors import BackendUnavailable, InternalError, UnsupportedError, UsageError, nearest

if TYPE_CHECKING:
    from zoo.emit.base import Program
    from zoo.emit.rearrange import Bindings
    from zoo.spec.graph import Spec

GROUP = "zoo.backends"
WORKER_NEEDS = ("numpy", "safetensors")
DEVICES = ("cpu", "gpu")


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
        devices: what it can compute on, some of `DEVICES`.
        dtypes: what it can compute in, some of `zoo.dtypes.DTYPES`.
        one_pass_variance: its batch norm takes a variance as the mean of squares less the squared
            mean, where rounding does more harm than to the mean of squared deviations.
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
    devices: tuple[str, ...] = field(converter=_as_tuple, default=("cpu",))
    dtypes: tuple[str, ...] = field(converter=_as_tuple, default=("float64", "float32"))
    one_pass_variance: bool = False

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

    def check_dtype(self, dtype: str) -> None:
        """Raise BackendUnavailable if the backend does not compute in the dtype."""
        if dtype not in self.dtypes:
            reason = f"{self.framework} computes in {', '.join(self.dtypes)} here, not in {dtype}"
            raise BackendUnavailable(self.name, reason, "choose another dtype, or leave it out")

    def emit(self, spec: Spec, *, mask_batch: int | None = None) -> Program:
        """The program of a model.

        Args:
            mask_batch: if given, dropout takes given masks for a batch of that size.

        Raises:
            UnsupportedError: the backend cannot express the model; all findings at once.
            BackendUnavailable: the adapter failed in any other way.
        """
        from zoo.emit.base import Program

        with blamed(self.name, self.distribution):
            module = importlib.import_module(f"{self.package}.emit")
            found: Program = module.emit(spec, mask_batch=mask_batch, **self._which)
            _need(Program, found, f"{self.package}.emit.emit")
        return found

    def bindings(self, spec: Spec, *, mask_batch: int | None = None) -> Bindings:
        """How canonical arrays map to the program that `emit` gives for the same arguments.

        Raises:
            BackendUnavailable: the adapter failed, or left out an array of the model.
        """
        from zoo.emit.rearrange import Bindings

        with blamed(self.name, self.distribution):
            module = importlib.import_module(f"{self.package}.weights")
            found: Bindings = module.bindings(spec, mask_batch=mask_batch, **self._which)
            _need(Bindings, found, f"{self.package}.weights.bindings")
            arrays = {**spec.states, **(spec.masks if mask_batch is not None else {})}
            absent = sorted(arrays.keys() - {*found.states, *found.masks})
            if absent or len(found.inputs) != len(spec.inputs):
                lost = ", ".join(absent) or "an input"
                raise ValueError(f"{self.package}.weights.bindings left out {lost}")
        return found

    @property
    def _which(self) -> dict[str, str]:
        return {"engine": self.engine} if self.engine else {}

    def location(self) -> Path:
        """The folder of the adapter's package, found without importing anything heavy.

        Raises:
            BackendUnavailable: there is no such folder, or it has no runtime.
        """
        spec = importlib.util.find_spec(self.package)
        for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
            if (folder / "run.py").is_file():
                return folder
        raise broken(self.name, self.distribution, f"there is no {self.package}/run.py")

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


@contextmanager
def blamed(name: str, distribution: str) -> Iterator[None]:
    """Turns whatever the code of an adapter raises into a `BackendUnavailable` that names it."""
    try:
        yield
    except (BackendUnavailable, InternalError, UnsupportedError):
        raise
    except (Exception, SystemExit) as error:  # an adapter's code is not ours
        reason = f"{type(error).__name__}: {error}{_place(error)}"
        raise broken(name, distribution, reason) from error


def broken(name: str, distribution: str, reason: str) -> BackendUnavailable:
    """The error of a backend whose adapter is at fault."""
    return BackendUnavailable(
        name,
        f"the plug-in {distribution} is broken: {reason}",
        f"pip install --force-reinstall --no-deps {distribution}, or tell its authors",
    )


def _place(error: BaseException) -> str:
    """Where it was raised, if that is neither here nor inside Python."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        inside = frame.filename.startswith("<") or frame.filename == importlib.__file__
        if frame.filename != __file__ and not inside:
            return f" ({'/'.join(Path(frame.filename).parts[-2:])}, line {frame.lineno})"
    return ""


def _need(kind: type, found: object, function: str) -> None:
    if not isinstance(found, kind):
        wanted = f"{kind.__module__}.{kind.__name__}"
        raise TypeError(f"{function} returned {type(found).__name__}, not {wanted}")


@frozen
class Target:
    """A backend in one of its modes on a device: a row of a table."""

    backend: Backend
    mode: str
    device: str = "cpu"

    @property
    def way(self) -> str:
        """The mode, and the device if it is not the CPU, such as `eager@gpu`."""
        return self.mode if self.device == "cpu" else f"{self.mode}@{self.device}"

    def __str__(self) -> str:
        return f"{self.backend.name}:{self.way}"


def backends() -> dict[str, Backend]:
    """Every installed backend by name, in alphabetical order."""
    return dict(_scan(tuple(sys.path))[0])


def backend(name: str) -> Backend:
    """The installed backend of that name.

    Raises:
        UsageError: no backend has that name; the message has the nearest ones.
        BackendUnavailable: an adapter offers it, but is broken.
    """
    working, unavailable = _scan(tuple(sys.path))
    if name in working:
        return working[name]
    if name in unavailable:
        raise unavailable[name]
    if not working:
        raise UsageError(f"no backend {name!r}: none is installed; pip install parityzoo-torch")
    raise UsageError(f"no backend {name!r}: {nearest(name, working)}")


def parse_targets(text: str) -> list[Target]:
    """Read `torch,mxnet`, `torch:compile@gpu` or `all`; order is kept and duplicates collapse.

    A name without a mode means the backend's default mode, one without a device the CPU, and `all`
    every installed backend.

    Raises:
        UsageError: an unknown backend, mode or device, or nothing named at all.
        BackendUnavailable: a backend asked for by name is broken.
    """
    targets: dict[Target, None] = {}
    for word in filter(None, (part.strip() for part in text.split(","))):
        name, at, device = word.partition("@")
        if at and device not in DEVICES:
            raise UsageError(f"{word!r}: no device {device!r}; known: {', '.join(DEVICES)}")
        if name == "all":
            for each in backends().values():
                targets[Target(each, each.default_mode, device or "cpu")] = None
        else:
            targets[_parse_target(name, device or "cpu")] = None
    if not targets:
        known = ", ".join(backends()) or "none is installed; pip install parityzoo-torch"
        raise UsageError(f"{text!r} names no backend; known: {known}")
    return list(targets)


def _parse_target(word: str, device: str) -> Target:
    name, colon, mode = word.partition(":")
    found = backend(name)
    if colon and mode not in found.modes:
        raise UsageError(f"{name} has no mode {mode!r}: {nearest(mode, found.modes)}")
    return Target(found, mode or found.default_mode, device)


@lru_cache(maxsize=8)
def _scan(
    search_path: tuple[str, ...],
) -> tuple[dict[str, Backend], dict[str, BackendUnavailable]]:
    """Working backends, and what is wrong with broken ones; both by name.

    The search path is the cache's key: a change of it is seen, and nothing is warned of twice.
    """
    working: dict[str, Backend] = {}
    unavailable: dict[str, BackendUnavailable] = {}
    faults: dict[str, list[str]] = {}
    for (name, distribution), entry in sorted(_entry_points().items()):
        try:
            found = _load(entry, distribution)
        except BackendUnavailable as error:
            unavailable[name] = error
            faults.setdefault(f"{error.reason}. To mend it: {error.mend}", []).append(name)
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
    for fault, names in faults.items():
        text = f"backend {', '.join(names)} is left out: {fault}"
        warnings.warn(text, RuntimeWarning, stacklevel=3)
    return working, unavailable


def _entry_points() -> dict[tuple[str, str], metadata.EntryPoint]:
    """Our entry points by (name, distribution); the first on sys.path hides later copies."""
    found: dict[tuple[str, str], metadata.EntryPoint] = {}
    for distribution in metadata.distributions():
        ours = [entry for entry in distribution.entry_points if entry.group == GROUP]
        for entry in ours:
            found.setdefault((entry.name, _owner(distribution)), entry)
    return found


def _owner(distribution: metadata.Distribution) -> str:
    """Name of a distribution, even of the rest of one whose metadata is gone.

    The package importlib_metadata, once anything has imported it, raises for such a rest.
    """
    try:
        name = distribution.metadata["Name"]
    except FileNotFoundError:
        name = None
    return canonicalize_name(name or "without-a-name")


def _load(entry: metadata.EntryPoint, distribution: str) -> Backend:
    """The backend of an entry point.

    Raises:
        BackendUnavailable: it was written for another version of this package, or is broken.
    """
    with blamed(entry.name, distribution):
        _check_version(entry.name, distribution)
        found: Backend = entry.load()()
        _need(Backend, found, entry.value)
        if found.name != entry.name:
            raise ValueError(f"{entry.value} is registered as {entry.name!r}, not {found.name!r}")
        if canonicalize_name(found.distribution) != distribution:
            raise ValueError(f"{entry.value} gives its distribution as {found.distribution!r}")
    return found


def _check_version(name: str, distribution: str) -> None:
    """Not left to pip alone: it may have been told to install without dependencies."""
    for requirement in map(Requirement, metadata.requires(distribution) or []):
        is_ours = canonicalize_name(requirement.name) == "parityzoo" and not requirement.marker
        if is_ours and not requirement.specifier.contains(__version__, prereleases=True):
            reason = f"the plug-in {distribution} needs {requirement}, and this is {__version__}"
            mend = f"pip install --upgrade parityzoo {distribution}"
            raise BackendUnavailable(name, reason, mend)
