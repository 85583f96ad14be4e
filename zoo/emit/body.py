"""The statements of a forward pass: short chains nested, variables reused as a person would."""

from __future__ import annotations

from itertools import count
from typing import Callable, Iterable, Iterator, Mapping, Sequence, Union

import attrs

from zoo.emit.outline import Chain, Layer, Member

WIDTH = 60
DEPTH = 3
_NAMES = ("x", "y", "z", "u", "v", "w")


@attrs.frozen
class Loop:
    """A member that is written as statements; {x} is the variable that they read and write.

    If the first one begins with {x}, an assignment, it reads its input where that is.
    """

    lines: tuple[str, ...]


Rendered = Union[str, Loop]
Render = Callable[[Member, Sequence[str]], Rendered]


def statements(
    members: Sequence[Member],
    inputs: Mapping[str, str],
    output: str,
    render: Render,
    taken: Iterable[str] = (),
) -> list[str]:
    """Lines that compute the members in order and return the output.

    `inputs` maps the names of the inputs to their variables. `render` writes one member, given its
    inputs as expressions; `taken` are names that it may read beside them. A result that is used
    once, by the very next member, is nested into it while the line stays short.
    """
    produced = {_output(m): index for index, m in enumerate(members)}
    uses: dict[str, list[int]] = {name: [] for name in [*inputs, *produced]}
    for index, member in enumerate(members):
        for name in member.inputs:
            uses[name].append(index)
    uses[output].append(len(members))
    text = dict(inputs)
    roots = {name: [variable] for name, variable in inputs.items()}
    depth = dict.fromkeys(inputs, 0)
    lines: list[str] = []

    def assign(name: str, rendered: Rendered, read: list[str], index: int) -> None:
        """Write a statement; its variable is free of what members from `index` on read."""
        live = {text[x] for x in text if depth[x] == 0 and any(u >= index for u in uses[x])}
        live.update(taken)
        variable = next(v for v in _candidates(read) if v not in live)
        if isinstance(rendered, Loop):
            first, *rest = rendered.lines
            if first.startswith("{x}"):
                lines.append(variable + first[len("{x}") :].replace("{x}", read[0]))
            else:
                if read != [variable]:
                    lines.append(f"{variable} = {read[0]}")
                lines.append(first.replace("{x}", variable))
            lines.extend(line.replace("{x}", variable) for line in rest)
        else:
            lines.append(f"{variable} = {rendered}")
        text[name], depth[name], roots[name] = variable, 0, [variable]

    for index, member in enumerate(members):
        name = _output(member)
        infix = isinstance(member, Layer) and member.op.kind in ("add", "multiply")
        for x in member.inputs:
            if (depth[x] == DEPTH and not infix) or (depth[x] and isinstance(member, Chain)):
                assign(x, text[x], roots[x], index)
        rendered = render(member, [text[x] for x in member.inputs])
        if isinstance(rendered, Loop) and any(depth[x] for x in member.inputs):
            for x in dict.fromkeys(member.inputs):
                if depth[x]:
                    assign(x, text[x], roots[x], index)
            rendered = render(member, [text[x] for x in member.inputs])
        read = [root for x in member.inputs for root in roots[x]]
        short = isinstance(rendered, str) and len(rendered) <= WIDTH
        last = index + 1 == len(members) and name == output
        if isinstance(rendered, str) and (last or (short and uses[name] == [index + 1])):
            deepest = max(depth[x] for x in member.inputs)
            depth[name] = max(1, deepest) if infix else deepest + 1
            text[name], roots[name] = rendered, read
        else:
            assign(name, rendered, read, index + 1)
    result = text[output]
    if lines and lines[-1].startswith(f"{result} = "):
        result = lines.pop()[len(f"{result} = ") :]
    return [*lines, f"return {result}"]


def _output(member: Member) -> str:
    return member.output if isinstance(member, Chain) else member.name


def _candidates(read: Sequence[str]) -> Iterator[str]:
    """Variable names by preference: one that is read here, then x, y, z, ..."""
    yield from (variable for variable in read if variable in _NAMES)
    yield from _NAMES
    yield from (f"y{number}" for number in count(1))
