"""Backends are plug-ins: any distribution with an entry point in the group `zoo.backends`.

The entry point names a function without arguments that returns a `Backend`: metadata alone. Listing
backends therefore imports neither an adapter's emitter nor its framework. An adapter that is broken
costs one warning when backends are listed, or one `BackendUnavailable` when it is used; both name
its distribution.
"""

from __future__ import annotations

import sys
import warnings
from functools import lru_cache
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from zoo import __version__
from zoo.backend import Backend, blamed, need
from zoo.errors import BackendUnavailable, UsageError, nearest

GROUP = "zoo.backends"


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
        need(Backend, found, entry.value)
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
