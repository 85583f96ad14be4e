"""What the core knows of a framework: an adapter's metadata, and errors that name the adapter."""

from __future__ import annotations

import importlib
import importlib.util
import traceback
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping

from attrs import field, frozen, validators
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from zoo.errors import BackendUnavailable, InternalError, UnsupportedError
from zoo.formulas import FORMULAS

if TYPE_CHECKING:
    from zoo.emit.base import Program
    from zoo.emit.rearrange import Bindings
    from zoo.spec.graph import Spec

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
        formulas: what it computes by another formula than the oracle, some of
            `zoo.formulas.FORMULAS`.
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
    formulas: tuple[str, ...] = field(
        converter=_as_tuple,
        default=(),
        validator=validators.deep_iterable(validators.in_(FORMULAS)),
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
            need(Program, found, f"{self.package}.emit.emit")
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
            need(Bindings, found, f"{self.package}.weights.bindings")
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
    """Where it was raised, if that is neither beside this file nor inside Python."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        inside = frame.filename.startswith("<") or frame.filename == importlib.__file__
        place = Path(frame.filename)
        if place.parent != Path(__file__).parent and not inside:
            return f" ({'/'.join(place.parts[-2:])}, line {frame.lineno})"
    return ""


def need(kind: type, found: object, function: str) -> None:
    """Raise TypeError unless an adapter's function returned what it should."""
    if not isinstance(found, kind):
        wanted = f"{kind.__module__}.{kind.__name__}"
        raise TypeError(f"{function} returned {type(found).__name__}, not {wanted}")
