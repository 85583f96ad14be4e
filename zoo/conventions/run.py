"""Asks backends through their workers."""

from __future__ import annotations

import datetime as dt
import importlib.util
import platform
from pathlib import Path
from typing import Callable, Mapping, Sequence

import zoo
from zoo import envs
from zoo.backend import Backend
from zoo.conventions import specification
from zoo.conventions.question import Question
from zoo.conventions.questions import SECTIONS
from zoo.conventions.table import Answer, Table
from zoo.errors import BackendUnavailable, WorkerError
from zoo.worker.parent import Worker

Progress = Callable[[str], None]


def measure(
    backends: Sequence[Backend],
    *,
    timeout: float = 600.0,
    python: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Table:
    """Put every question to every backend; one that cannot run here is in the table's `not_run`.

    Args:
        backends: in the order of the table's columns.
        timeout: seconds for one question.
        python: interpreters to use instead of the managed environments, by backend name.
        progress: called with a line of text when something begins.
    """
    say = progress or (lambda text: None)
    answers, versions, not_run = {}, {}, {}
    for backend in backends:
        name = backend.name
        try:
            with _worker(backend, timeout, python) as worker:
                say(f"{name}: importing {backend.framework}")
                reply = worker.request("versions", module=_module(backend))
                versions[name] = reply.fields["versions"]
                answers[name] = _ask_all(worker, backend, say)
        except (BackendUnavailable, WorkerError) as error:
            not_run[name] = str(error)
    today = dt.date.today().isoformat()
    return Table(
        answers,
        versions,
        dict.fromkeys(answers, today),
        dict.fromkeys(answers, f"{platform.system()} {platform.machine()}"),
        specification.answers(),
        not_run,
    )


def _worker(backend: Backend, timeout: float, python: Mapping[str, str] | None) -> Worker:
    if importlib.util.find_spec(_module(backend)) is None:
        reason = f"{backend.distribution} has no package {_module(backend)} that would be asked"
        raise BackendUnavailable(backend.name, reason, "ask its authors, or leave it out")
    packages = {"zoo": Path(zoo.__file__).parent, backend.package: backend.location()}
    interpreter = envs.interpreter_for(backend, python)
    return Worker(interpreter, packages, backend.runtime, timeout, backend.settings)


def _ask_all(worker: Worker, backend: Backend, say: Progress) -> dict[str, Answer]:
    found = {}
    for section in SECTIONS:
        say(f"{backend.name}: {section.title}")
        for question in section.questions:
            module = f"{_module(backend)}.{section.name}"
            found[question.name] = _ask(worker, module, question)
    return found


def _ask(worker: Worker, module: str, question: Question) -> Answer:
    """One answer; a worker that dies of the question costs this answer alone."""
    try:
        fields = worker.request("convention", module=module, name=question.name).fields
    except WorkerError as error:
        return Answer("error", str(error))
    answer = Answer.from_json(fields["answer"])
    return _checked(question, answer) if answer.measured else answer


def _checked(question: Question, answer: Answer) -> Answer:
    trouble = question.trouble(answer.content)
    if trouble:
        return Answer("error", trouble, answer.asked)
    return Answer("value", question.rounded(answer.content), answer.asked)


def _module(backend: Backend) -> str:
    return f"{backend.package}.conventions"
