"""A block as two functions: `init_<block>` makes its parameters, `<block>` takes them.

A block's parameters are nested dictionaries and lists. One that has running statistics or given
masks takes a second such tree, its state, and returns it beside the output. Sizes are arguments of
the first function; what XLA has to know while it traces (strides, heads, rates) of the second.
"""

from __future__ import annotations

import re
from typing import Callable, Iterable, Mapping, Sequence, Union

import attrs

from zoo.emit.base import Code, Emitter
from zoo.emit.body import Loop, Rendered
from zoo.emit.outline import BlockClass, Chain, Layer, Member, Use
from zoo.emit.parameters import Name
from zoo.emit.pieces import arguments, parameters
from zoo.emit.writer import LIMIT, Writer

Element = Union[Layer, Use]


@attrs.frozen
class Own:
    """What a layer or a block is called with beside its inputs; {self} in the call of a layer."""

    params: str
    state: str
    key: str


@attrs.frozen
class Keys:
    """The random keys of a function: how many, and by member and run whose the first one is."""

    count: int
    first: Mapping[tuple[str, int], int]

    def of(self, name: str, run: int = 0) -> str:
        return "key" if self.count == 1 else f"keys[{self.first[name, run]}]"

    def of_each(self, name: str, run: int, repeats: int) -> str:
        """The keys of a run of elements."""
        start = self.first[name, run]
        end = start + repeats
        if repeats == self.count:
            return "keys"
        return f"keys[{start or ''}:{end if end < self.count else ''}]"

    def of_element(self, name: str, run: int, start: int) -> str:
        """The key of element `i` of a chain, whose run begins with element `start`."""
        offset = self.first[name, run] - start
        return f"keys[i {'-' if offset < 0 else '+'} {abs(offset)}]" if offset else "keys[i]"


class BlockEmitter(Emitter):
    """The part of the emitter that writes blocks.

    In a layer's `Code`, {key} of `make` stands for a random key, and {self} of `call` is an `Own`.
    """

    # What a layer, a chain or a whole block is like.

    def has_params(self, thing: Member | BlockClass) -> bool:
        return self._some(thing, lambda code: code.make is not None)

    def is_stateful(self, thing: Member | BlockClass) -> bool:
        return self._some(thing, lambda code: "{self.state}" in code.call)

    def draws(self, thing: Member | BlockClass) -> bool:
        """Whether its forward pass takes a random key."""
        return self._some(thing, lambda code: "{self.key}" in code.call)

    def starts_random(self, thing: Member | BlockClass) -> bool:
        return self._some(thing, lambda code: "{key}" in (code.make or ""))

    def _some(self, thing: Member | BlockClass, has: Callable[[Code], bool]) -> bool:
        if isinstance(thing, Layer):
            return has(self.code(thing))
        if isinstance(thing, Use):
            return self._some(thing.cls, has)
        members = thing.members if isinstance(thing, BlockClass) else [e for e, _ in thing.runs]
        return any(self._some(member, has) for member in members)

    def _has_stateful_chain(self, cls: BlockClass) -> bool:
        return any(isinstance(m, Chain) and self.is_stateful(m) for m in cls.members)

    def _keys(self, cls: BlockClass, takes: Callable[[Element], bool]) -> Keys:
        first, count = {}, 0
        for member in cls.members:
            for run, (element, repeats) in enumerate(_runs(member)):
                first[member.name, run] = count
                count += repeats if takes(element) else 0
        return Keys(count, first)

    # Which of a block's arguments each of its two functions takes.

    def init_arguments(self, cls: BlockClass) -> list[str]:
        return self._arguments_read(cls, self._read_by_init)

    def forward_arguments(self, cls: BlockClass) -> list[str]:
        return self._arguments_read(cls, self._read_by_forward)

    def _arguments_read(self, cls: BlockClass, read: Callable[[Element], set[str]]) -> list[str]:
        names = {name for m in cls.members for element, _ in _runs(m) for name in read(element)}
        return [name for name in cls.parameters if name in names]

    def _read_by_init(self, element: Element) -> set[str]:
        if not self.has_params(element):
            return set()
        if isinstance(element, Use):
            read = _passed(element, self.init_arguments(element.cls))
        else:
            read = _marks(self.code(_marked(element)).make)
        return {*read, element.condition} if element.condition else read

    def _read_by_forward(self, element: Element) -> set[str]:
        if isinstance(element, Use):
            read = _passed(element, self.forward_arguments(element.cls))
        else:
            read = _marks(self.code(_marked(element)).call)
        if element.condition and not self.has_params(element):  # else the parameters tell
            return {*read, element.condition}
        return read

    def write_class(self, out: Writer, cls: BlockClass) -> None:
        if self.has_params(cls) or cls is self.outline.model:
            self._write_init(out, cls)
            out.line("\n")
        self._write_forward(out, cls)

    # The function that makes a block's parameters.

    def _write_init(self, out: Writer, cls: BlockClass) -> None:
        keys = self._keys(cls, self.starts_random)
        signature = parameters(cls, self.init_arguments(cls))
        if keys.count or cls is self.outline.model:
            signature = ["key", *signature]
        out.line(f"def init_{cls.name}({', '.join(signature)}):")
        with out.indented():
            if keys.count > 1:
                out.line(f"keys = jax.random.split(key, {keys.count})")
            out.lines(self._init_statements(cls, keys))

    def _init_statements(self, cls: BlockClass, keys: Keys) -> list[str]:
        members = [member for member in cls.members if self.has_params(member)]
        made = {member.name: self._made(member, keys) for member in members}
        if self.is_stateful(cls):
            lines = ["params, state = {}, {}"]
            for member in members:
                both = f', state["{member.name}"]' if self.is_stateful(member) else ""
                line = f'params["{member.name}"]{both} = {made[member.name]}'
                lines += _under(member.condition, line)
            return [*lines, "return params, state"]
        optional = {member.name: member.condition for member in members if member.condition}
        always = [f'"{name}": {text}' for name, text in made.items() if name not in optional]
        if not optional:
            return [f"return {{{', '.join(always)}}}"]
        lines = [f"params = {{{', '.join(always)}}}"]
        for name, condition in optional.items():
            lines += _under(condition, f'params["{name}"] = {made[name]}')
        return [*lines, "return params"]

    def _made(self, member: Member, keys: Keys) -> str:
        if not isinstance(member, Chain):
            return str(self.make(member)).replace("{key}", keys.of(member.name))
        texts = []
        for run, (element, repeats) in enumerate(member.runs):
            text = self.make(element) or "{}"  # one without parameters keeps its place
            if self.is_stateful(member) and not self.is_stateful(element):
                text = f"({text}, {{}})"
            if repeats == 1:
                texts.append(text.replace("{key}", keys.of(member.name, run)))
            elif "{key}" in text:
                each = keys.of_each(member.name, run, repeats)
                texts.append(f"*({text.replace('{key}', 'k')} for k in {each})")
            else:
                texts.append(f"*({text} for _ in range({repeats}))")
        is_one_run = len(texts) == 1 and texts[0].startswith("*(")
        listed = texts[0][len("*(") : -len(")")] if is_one_run else ", ".join(texts)
        return f"unzip([{listed}])" if self.is_stateful(member) else f"[{listed}]"

    def make(self, member: Layer | Use) -> str | None:
        if isinstance(member, Layer):
            return self.code(member).make
        if not self.has_params(member):
            return None
        key = ["{key}"] if self.starts_random(member) else []
        texts = arguments(member, self.init_arguments(member.cls), by_position=2)
        return applied(f"init_{member.cls.name}", *key, *texts)

    # The function that takes them.

    def _write_forward(self, out: Writer, cls: BlockClass) -> None:
        keys = self._keys(cls, self.draws)
        takes = ["params"] if self.has_params(cls) or cls is self.outline.model else []
        takes += ["state"] if self.is_stateful(cls) else []
        takes += [*map(self.local, cls.inputs), *parameters(cls, self.forward_arguments(cls))]
        takes += ["training=False"] if self.needs_training(cls) else []
        takes += ["key=None"] if keys.count else []
        out.line(f"def {cls.name}({', '.join(takes)}):")
        with out.indented():
            if keys.count > 1:
                out.line(f"keys = split_key(key, {keys.count})")
            if self._has_stateful_chain(cls):
                out.line("state = jax.tree.map(lambda leaf: leaf, state)  # a copy, to be updated")
            elif self.is_stateful(cls):
                out.line("state = dict(state)  # a copy, to be updated")
            out.lines(self._statements(cls, keys))

    def _statements(self, cls: BlockClass, keys: Keys) -> list[str]:
        lines = self.forward(cls, lambda member, inputs: self._render(member, inputs, keys))
        result = lines.pop()[len("return ") :]
        if cls is self.outline.model:
            result = self.returned(result)
        if not self.is_stateful(cls):
            return [*lines, f"return {result}"]
        if len(f"    return {result}, state") > LIMIT:
            lines, result = [*lines, f"x = {result}"], "x"
        return [*lines, f"return {result}, state"]

    def _render(self, member: Member, inputs: Sequence[str], keys: Keys) -> Rendered:
        if isinstance(member, Chain):
            return self._chain(member, keys)
        name = f'["{member.name}"]'
        own = Own(f"params{name}", f"state{name}", keys.of(member.name))
        if member.condition:
            present = f'"{member.name}" in params'
            condition = present if self.has_params(member) else member.condition
            return Loop(tuple(_under(condition, self._assigned(member, ["{x}"], own))))
        if self.is_stateful(member):
            return Loop((self._assigned(member, inputs, own),))
        return self._call(member, inputs, own)

    def _assigned(self, element: Element, inputs: Sequence[str], own: Own) -> str:
        both = f", {own.state}" if self.is_stateful(element) else ""
        return f"{{x}}{both} = {self._call(element, inputs, own)}"

    def _call(self, element: Element, inputs: Sequence[str], own: Own) -> str:
        if isinstance(element, Layer):
            return self.layer_call(element, inputs, own)
        texts = [own.params] if self.has_params(element) else []
        texts += [own.state] if self.is_stateful(element) else []
        texts += inputs
        texts += arguments(element, self.forward_arguments(element.cls), by_position=0)
        texts += ["training=training"] if self.needs_training(element) else []
        texts += [f"key={own.key}"] if self.draws(element) else []
        return applied(element.cls.name, *texts)

    def _chain(self, chain: Chain, keys: Keys) -> Loop:
        """A statement or a loop for each stretch of elements that are called alike."""
        stretches: list[list[int]] = []  # run, first element, number of elements
        calls, start = [""], 0
        for run, (element, repeats) in enumerate(chain.runs):
            calls.append(self._assigned(element, ["{x}"], Own("layer", "state", "key")))
            if calls[-1] == calls[-2]:
                stretches[-1][2] += repeats
            else:
                stretches.append([run, start, repeats])
            start += repeats
        lines = []
        for run, start, repeats in stretches:
            element, name = chain.runs[run][0], f'["{chain.name}"]'
            if repeats == 1:
                key = keys.of(chain.name, run)
                own = Own(f"params{name}[{start}]", f"state{name}[{start}]", key)
                lines.append(self._assigned(element, ["{x}"], own))
            else:
                loop, params = self._loop(element, f"params{name}", start, repeats, len(stretches))
                own = Own(params, f"state{name}[i]", keys.of_element(chain.name, run, start))
                lines += [loop, f"    {self._assigned(element, ['{x}'], own)}"]
        return Loop(tuple(lines))

    def _takes_params(self, element: Element) -> bool:
        """A layer with a given mask has a state alone."""
        if isinstance(element, Layer):
            return "{self.params}" in self.code(element).call
        return self.has_params(element)

    def _loop(
        self, element: Element, params: str, start: int, repeats: int, stretches: int
    ) -> tuple[str, str]:
        """A loop's first line, and an element's parameters in it."""
        is_counted = self.is_stateful(element) or self.draws(element)
        if not self._takes_params(element):
            counter = "i" if is_counted else "_"
        elif stretches > 1:
            if not is_counted:
                return f"for layer in {params}[{start}:{start + repeats}]:", "layer"
            counter = "i"
        else:
            if not is_counted:
                return f"for layer in {params}:", "layer"
            return f"for i, layer in enumerate({params}):", "layer"
        between = f"{start}, {start + repeats}" if start else f"{repeats}"
        return f"for {counter} in range({between}):", f"{params}[i]"


def applied(name: str, *texts: str) -> str:
    """A call."""
    return f"{name}({', '.join(texts)})"


def _runs(member: Member) -> Sequence[tuple[Element, int]]:
    return member.runs if isinstance(member, Chain) else [(member, 1)]


def _passed(use: Use, names: Iterable[str]) -> set[str]:
    """Which of its own arguments a block passes on for those of another."""
    return {str(use.arguments[n]) for n in names if isinstance(use.arguments[n], Name)}


def _marked(layer: Layer) -> Layer:
    """With arguments that are found again in the texts made from them."""
    fields = {f: Name(f"<{v}>") if isinstance(v, Name) else v for f, v in layer.fields.items()}
    return attrs.evolve(layer, fields=fields)


def _marks(text: str | None) -> set[str]:
    return set(re.findall(r"<(\w+)>", text or ""))


def _under(condition: str | None, line: str) -> list[str]:
    return [f"if {condition}:", f"    {line}"] if condition else [line]
