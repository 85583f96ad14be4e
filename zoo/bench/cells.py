"""Which cells a suite means: one for each combination of what its groups list."""

from __future__ import annotations

from itertools import product
from typing import Any, Iterable, Iterator, Mapping, Tuple

import attrs

from zoo import modelargs
from zoo.bench.profile import Profile, profile
from zoo.bench.suite import Group, Suite
from zoo.errors import UsageError
from zoo.spec.graph import Spec
from zoo.target import Target, parse_targets


@attrs.frozen
class Planned:
    """A cell that is to be measured.

    Attributes:
        model: its name, or the path of its specification.
        arguments: preset and changed arguments, as they were asked for.
        spec: what these make.
    """

    model: str
    arguments: Mapping[str, Any] = attrs.field(eq=False)
    spec: Spec
    target: Target
    dtype: str
    batch: int
    threads: int
    profile: Profile = attrs.field(eq=False)

    @property
    def name(self) -> str:
        """`mlp(preset=tiny)/torch:eager/float32/cpu/b32/t1`; a profile other than default ends it.

        Unique in a record.
        """
        said = ",".join(f"{key}={_shown(value)}" for key, value in self.arguments.items())
        parts = [
            f"{self.model}({said})" if said else self.model,
            f"{self.target.backend.name}:{self.target.mode}",
            self.dtype,
            self.target.device,
            f"b{self.batch}",
            f"t{self.threads}",
        ]
        return "/".join([*parts, self.profile.name] if self.profile.name != "default" else parts)

    @property
    def block(self) -> Tuple[object, ...]:
        """Equal for cells that are compared with one another, and measured in turns."""
        return (self.spec.hash, self.dtype, self.target.device, self.batch, self.threads)


def planned(suite: Suite) -> list[Planned]:
    """The cells of a suite, each once.

    Raises:
        UsageError, SpecError: a model, preset, argument, backend, mode or profile that is not
            there; two specifications of one name.
        BackendUnavailable: a backend asked for by name is broken.
    """
    return distinct(cell for group in suite.groups for cell in _cells(group))


def distinct(cells: Iterable[Planned]) -> list[Planned]:
    """Each cell once.

    Raises:
        UsageError: two specifications would have cells of one name.
    """
    found: dict[str, Planned] = {}
    for cell in cells:
        if found.setdefault(cell.name, cell).spec != cell.spec:
            raise UsageError(f"two specifications are called {cell.model}; replace a name")
    return list(found.values())


def of_spec(spec: Spec, group: Group) -> list[Planned]:
    """The cells of a specification that somebody made; the group's models do not count."""
    return list(_of(spec.name, {}, spec, group))


def blocks(cells: list[Planned]) -> list[list[Planned]]:
    """The cells that are measured in turns, together."""
    found: dict[Tuple[object, ...], list[Planned]] = {}
    for cell in cells:
        found.setdefault(cell.block, []).append(cell)
    return list(found.values())


def parse_sweep(words: tuple[str, ...]) -> dict[str, list[Any]]:
    """Read `batch=1,2,4` and `hidden=64+64,128+128`: lists of values by name.

    Raises:
        UsageError: a word of another form.
    """
    found: dict[str, list[Any]] = {}
    for word in words:
        name, equals, text = word.partition("=")
        try:
            values = [_number(part) for part in text.split(",")]
        except ValueError:
            values = []
        if not (name and equals and values):
            raise UsageError(
                f"--sweep takes NAME=VALUE,VALUE,..., such as batch=1,2,4 or hidden=64+64,128+128, "
                f"got {word!r}"
            )
        found[name] = values
    return found


def _number(text: str) -> Any:
    if "+" in text:
        return tuple(int(part) for part in text.split("+"))
    return float(text) if "." in text else int(text)


def _cells(group: Group) -> Iterator[Planned]:
    for model in group.models:
        for values in product(*group.sweep.values()):
            changes = {**group.set, **dict(zip(group.sweep, values))}
            # JSON has no tuples.
            changes = {k: tuple(v) if isinstance(v, list) else v for k, v in changes.items()}
            spec = modelargs.load(model, group.preset, changes)
            preset = {"preset": group.preset} if group.preset else {}
            name = spec.name if modelargs.is_path(model) else model
            yield from _of(name, {**preset, **changes}, spec, group)


def _of(model: str, arguments: Mapping[str, Any], spec: Spec, group: Group) -> Iterator[Planned]:
    targets = [target for word in group.backends for target in parse_targets(word)]
    profiles = [profile(name) for name in group.profiles]
    for dtype, batch, threads in product(group.dtypes, group.batches, group.threads):
        for how, target in product(profiles, dict.fromkeys(targets)):
            yield Planned(model, arguments, spec, target, dtype, batch, threads, how)


def _shown(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, tuple) else str(value)
