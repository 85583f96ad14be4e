"""The emitted sources of one model beside each other, aligned by block, with their verdicts."""

from __future__ import annotations

import hashlib
from typing import Any, Mapping, Optional, Sequence, Tuple, Union, cast
from urllib.parse import quote

import attrs
from markupsafe import escape
from packaging.markers import default_environment
from rich.console import Console, ConsoleOptions, RenderResult

from zoo.backend import Backend
from zoo.catalog import framework_version
from zoo.emit.base import Program
from zoo.errors import BackendUnavailable, UnsupportedError
from zoo.parity.report import ParityReport, verdict_text
from zoo.report.alignment import Row, align
from zoo.report.highlight import code, style
from zoo.report.page import render
from zoo.report.terminal import beside, fits, one_after_another
from zoo.spec.graph import Spec
from zoo.summary import training, tree
from zoo.target import Target, as_targets


@attrs.frozen
class Verdict:
    """What parity found for a backend in a mode.

    Attributes:
        mode: of the backend.
        dtype: what it computed in.
        word: `agrees`, `3 disagree`, `not-run` and so on.
        colour: green, red or yellow.
        error: the largest one, relative to its tensor's scale in the oracle; None without figures.
        reason: what is the matter, if it does not agree.
        note: what the backend's runtime has to say about its results.
        facts: what the worker read back: versions, threads, flags.
    """

    mode: str
    dtype: str
    word: str
    colour: str
    error: Optional[float]
    reason: str
    note: str
    facts: Mapping[str, Any]

    def __str__(self) -> str:
        """In one line, such as `eager agrees (float64, largest error 2.7e-14)`."""
        figure = "" if self.error is None else f" ({self.dtype}, largest error {self.error:.1e})"
        return f"{self.mode} {self.word}{figure}"


@attrs.frozen
class Column:
    """One backend's source.

    Attributes:
        backend: whose it is.
        program: what it emitted; None if it refused the model.
        verdicts: of its modes; none if it was not judged.
        refusal: why there is no program.
    """

    backend: Backend
    program: Optional[Program]
    verdicts: Tuple[Verdict, ...] = ()
    refusal: Union[UnsupportedError, BackendUnavailable, None] = None

    @property
    def name(self) -> str:
        return self.backend.name

    @property
    def title(self) -> str:
        """The backend and the verdicts on it, in one line."""
        return ", ".join([self.name, *map(str, self.verdicts)])

    @property
    def reasons(self) -> Tuple[str, ...]:
        """The refusal in lines, a headline first; empty if there is a program."""
        if isinstance(self.refusal, UnsupportedError):
            return ("cannot express this model:", *self.refusal.findings)
        return (str(self.refusal),) if self.refusal else ()

    @property
    def version(self) -> str:
        """Of the framework: that of the worker that judged it, else the one that is pinned."""
        for verdict in self.verdicts:
            if self.backend.module in verdict.facts:
                return str(verdict.facts[self.backend.module])
        here = cast("Mapping[str, str]", default_environment())
        return framework_version(self.backend.pins(here)) or ""

    @property
    def source(self) -> str:
        return self.program.source if self.program else ""

    @property
    def hash(self) -> str:
        """SHA-256 of the source, as `sha256sum` gives it for what `zoo emit` writes."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def data_url(self) -> str:
        return "data:text/x-python;charset=utf-8," + quote(self.source)


@attrs.frozen
class SideBySide:
    """The sources of one model.

    Attributes:
        spec: the model.
        columns: one for each backend.
    """

    spec: Spec
    columns: Tuple[Column, ...]

    def rows(self) -> list[Row]:
        """The parts, those of one block in one row."""
        return align(self.spec, [column.program for column in self.columns])

    def to_html(self) -> str:
        """A page that stands alone: no network, and no script that reading needs."""
        return render(
            "side_by_side.html",
            spec=self.spec, columns=self.columns, rows=self.rows(), tree=tree(self.spec),
            code=code, style=style, training=training(self.spec),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        """The page in a frame, which keeps its style off the notebook's."""
        page = escape(self.to_html())
        return f'<iframe srcdoc="{page}" style="width:100%;height:80vh;border:0"></iframe>'

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if fits(self.columns, options.max_width):
            yield from beside(self.columns, self.rows())
        else:
            yield from one_after_another(self.columns)


def side_by_side(
    spec: Spec,
    backends: Union[str, Sequence[Union[str, Target]]] = "all",
    judged: ParityReport | None = None,
) -> SideBySide:
    """The sources of a model for several backends; a refusal is a column that says why.

    Args:
        spec: the model.
        backends: names such as "torch", or "all"; modes make no difference to a source.
        judged: a report of `zoo.parity` whose verdicts are to stand above the sources.

    Raises:
        UsageError: an unknown backend.
    """
    found = dict.fromkeys(target.backend for target in as_targets(backends))
    return SideBySide(spec, tuple(_column(spec, backend, judged) for backend in found))


def _column(spec: Spec, backend: Backend, judged: ParityReport | None) -> Column:
    try:
        program = backend.emit(spec)
    except (UnsupportedError, BackendUnavailable) as error:
        return Column(backend, None, refusal=error)
    return Column(backend, program, tuple(_verdicts(spec, backend, judged) if judged else ()))


def _verdicts(spec: Spec, backend: Backend, judged: ParityReport) -> list[Verdict]:
    found = []
    for (model, name, mode, dtype), rows in judged.cells():
        if (model, name) == (spec.name, backend.name):
            text = verdict_text(rows)
            found.append(
                Verdict(
                    mode=mode,
                    dtype=dtype,
                    word=text.plain,
                    colour=str(text.style),
                    error=max((row.error for row in rows if row.error is not None), default=None),
                    reason=next((row.reason for row in rows if row.reason), ""),
                    note=rows[0].note,
                    facts=judged.environments.get(f"{name}:{mode}", {}),
                )
            )
    return found
