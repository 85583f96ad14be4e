"""What there is, as plain data: models, backends, ops and so on (`zoo list`, `zoo env list`).

Every function returns a list of JSON-able dictionaries whose first key is `name`.
"""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Any, Mapping, cast

import attrs
from packaging.markers import default_environment
from packaging.requirements import Requirement

from zoo import doctor, envs, plugins
from zoo.backend import WORKER_NEEDS, Backend
from zoo.errors import BackendUnavailable
from zoo.models import registry


def models() -> list[dict[str, Any]]:
    """Name, summary, cost of the default preset, arguments with defaults, and presets."""
    return [_model(name) for name in registry.MODELS]


def ops() -> list[dict[str, Any]]:
    """Kind, first line of the documentation, and attributes with defaults.

    An attribute whose default is None has to be given.
    """
    from zoo.ops import OPS

    return _declared(OPS)


def losses() -> list[dict[str, Any]]:
    """Losses, like ops."""
    from zoo.training import LOSSES

    return _declared(LOSSES)


def optimizers() -> list[dict[str, Any]]:
    """Optimizers, like ops."""
    from zoo.training import OPTIMIZERS

    return _declared(OPTIMIZERS)


def schedules() -> list[dict[str, Any]]:
    """Schedules of the learning rate, like ops."""
    from zoo.training import SCHEDULES

    return _declared(SCHEDULES)


def clippings() -> list[dict[str, Any]]:
    """Clippings of the gradients, like ops."""
    from zoo.training import CLIPPINGS

    return _declared(CLIPPINGS)


def backends(python: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Every installed backend, with the state of its environment (see `zoo.doctor.Checkup`).

    Args:
        python: the user's own interpreters by backend name.
    """
    return [_backend(each, python or {}) for each in plugins.backends().values()]


def environments() -> list[dict[str, Any]]:
    """Every managed environment on disk.

    `state` is ready, half built (it will be built anew) or outdated (the pins or the Python that
    it was built for are no longer the backend's).
    """
    current = set()
    for backend in plugins.backends().values():
        try:
            current.add(envs.path(backend))
        except BackendUnavailable:
            continue
    found = []
    for each in envs.environments():
        outdated = "ready" if each.folder in current else "outdated"
        found.append(
            {
                "name": each.folder.name,
                "backend": each.backend,
                "state": outdated if each.ready else "half built",
                "path": str(each.folder),
                "python": each.facts.get("python"),
                "versions": each.facts.get("versions", {}),
                "pins": each.facts.get("pins", []),
            }
        )
    return found


def _declared(table: Mapping[str, type]) -> list[dict[str, Any]]:
    found = []
    for kind, cls in sorted(table.items()):
        attributes = {each.name: _default(each.default) for each in attrs.fields(cls)}
        summary = _first_line(sys.modules[cls.__module__].__doc__)
        found.append({"name": kind, "summary": summary, "attributes": attributes})
    return found


def _model(name: str) -> dict[str, Any]:
    spec = registry.build(name)
    return {
        "name": name,
        "summary": spec.summary,
        "parameters": spec.parameter_count,
        "flops": spec.flops,
        "arguments": registry.arguments(name),
        "presets": dict(registry.presets(name)),
    }


def _backend(backend: Backend, python: Mapping[str, str]) -> dict[str, Any]:
    pins = backend.pins(cast("Mapping[str, str]", default_environment()))
    checkup = doctor.glance(backend, python)
    return {
        "name": backend.name,
        "framework": backend.framework,
        "modes": list(backend.modes),
        "distribution": backend.distribution,
        "version": metadata.version(backend.distribution),
        "framework_version": framework_version(pins),
        "pins": list(pins),
        "environment": checkup.state,
        "interpreter": str(checkup.interpreter) if checkup.interpreter else None,
    }


def framework_version(pins: tuple[str, ...]) -> str | None:
    """The version of the first pin that is not what every worker has."""
    for pin in map(Requirement, pins):
        if pin.name not in WORKER_NEEDS:
            return str(pin.specifier).lstrip("=") or None
    return None


def _default(value: Any) -> Any:
    return None if value is attrs.NOTHING else value


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
