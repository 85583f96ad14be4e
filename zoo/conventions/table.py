"""Answers of several backends with the versions that gave them, and what changed between tables."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from attrs import evolve, field, frozen

from zoo.conventions.question import Question
from zoo.conventions.questions import QUESTIONS, SECTIONS
from zoo.errors import BackendUnavailable, UsageError

SCHEMA = "parityzoo-conventions/1"
CHECK_SCHEMA = "parityzoo-conventions-check/1"
STATES = ("value", "absent", "error")


@frozen
class Answer:
    """What a probe said.

    Attributes:
        state: `value`, `absent` (the framework has nothing that could be asked) or `error`.
        content: the value; or what was looked for; or what went wrong.
        asked: what the probe calls.
    """

    state: str
    content: Any
    asked: str = ""

    @property
    def measured(self) -> bool:
        return self.state == "value"

    def to_json(self) -> dict[str, Any]:
        return {self.state: self.content, **({"asked": self.asked} if self.asked else {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        (state,) = [each for each in STATES if each in data]
        return cls(state, data[state], data.get("asked", ""))


@frozen
class Change:
    """An answer that is not what was recorded; a missing one is None."""

    question: Question
    backend: str
    was: Optional[Answer]
    now: Optional[Answer]


@frozen
class Check:
    """What is no longer as it was recorded.

    Attributes:
        now: the answers of today.
        changes: answers that differ, in the order of backends and questions.
        versions: packages that differ, by backend and name: what was recorded, and what is.
    """

    now: Table
    changes: Tuple[Change, ...]
    versions: Mapping[str, Mapping[str, Tuple[str, str]]]

    @property
    def exit_code(self) -> int:
        """0 if all is as recorded, 3 if the only trouble is that a backend cannot run, else 1."""
        if self.changes:
            return 1
        return BackendUnavailable.exit_code if self.now.not_run else 0

    @property
    def summary(self) -> str:
        asked = f"{len(QUESTIONS)} questions, {', '.join(self.now.backends) or 'no backend'}: "
        if not self.changes:
            return asked + "all as recorded"
        changed = asked + f"{len(self.changes)} not as recorded"
        if self.versions:
            return changed + "; the versions differ too"
        return changed + ", by the same versions: this machine or its settings differ"

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": CHECK_SCHEMA,
            "passed": self.exit_code == 0,
            "changes": [
                {
                    "name": each.question.name,
                    "backend": each.backend,
                    "was": each.was.to_json() if each.was else None,
                    "is": each.now.to_json() if each.now else None,
                }
                for each in self.changes
            ],
            "versions": {
                backend: {name: {"was": was, "is": now} for name, (was, now) in packages.items()}
                for backend, packages in self.versions.items()
            },
            "not_run": dict(self.now.not_run),
        }


@frozen
class Table:
    """Who means what.

    Attributes:
        answers: by backend, then by question.
        versions: by backend, then by package.
        dates: by backend, the day on which it was asked.
        system: by backend, where it was asked: the operating system and the processor's kind.
        specification: parityzoo's own answers by question, where it has a say.
        not_run: backends that cannot run here, with the reason.
    """

    answers: Mapping[str, Mapping[str, Answer]]
    versions: Mapping[str, Mapping[str, str]]
    dates: Mapping[str, str]
    system: Mapping[str, str]
    specification: Mapping[str, Any] = field(factory=dict)
    not_run: Mapping[str, str] = field(factory=dict)

    @property
    def backends(self) -> Tuple[str, ...]:
        return tuple(self.answers)

    @property
    def errors(self) -> list[tuple[str, str, Answer]]:
        """(backend, question, answer) of every probe that failed."""
        return [
            (backend, name, answer)
            for backend, found in self.answers.items()
            for name, answer in found.items()
            if answer.state == "error"
        ]

    def groups(self, question: Question) -> list[tuple[Any, list[str]]]:
        """Each different value with the backends that gave it.

        The specification's comes first, if some backend shares it; then the most common ones.
        """
        found: list[tuple[Any, list[str]]] = []
        for backend, answers in self.answers.items():
            answer = answers.get(question.name)
            if answer is None or not answer.measured:
                continue
            for value, backends in found:
                if question.same(value, answer.content):
                    backends.append(backend)
                    break
            else:
                found.append((answer.content, [backend]))
        own = self.specification.get(question.name)
        return sorted(found, key=lambda group: (not question.same(group[0], own), -len(group[1])))

    def only(self, backends: Tuple[str, ...]) -> Table:
        """The columns of these backends.

        Raises:
            UsageError: one of them is not in the table.
        """
        for name in backends:
            if name not in self.answers:
                known = ", ".join(self.answers) or "none"
                raise UsageError(f"no answers of {name} are recorded; recorded: {known}; see --run")
        return evolve(self, answers={name: self.answers[name] for name in backends})

    def updated(self, newer: Table) -> Table:
        """This table with the newer one's columns in place of its own, in alphabetical order."""
        merged = [
            {**getattr(self, part), **getattr(newer, part)}
            for part in ("answers", "versions", "dates", "system")
        ]
        answers, versions, dates, system = merged
        ordered = {name: answers[name] for name in sorted(answers)}
        return Table(ordered, versions, dates, system, newer.specification, newer.not_run)

    def check(self, now: Table) -> Check:
        """What has changed for the backends in `now`."""
        changes, versions = [], {}
        for backend, answers in now.answers.items():
            recorded = self.answers.get(backend, {})
            changes += [
                Change(question, backend, recorded.get(name), answers.get(name))
                for name, question in QUESTIONS.items()
                if not _same(question, recorded.get(name), answers.get(name))
            ]
            before, after = self.versions.get(backend, {}), now.versions[backend]
            moved = {
                name: (before.get(name, "–"), after.get(name, "–"))
                for name in {**before, **after}
                if before.get(name) != after.get(name)
            }
            versions.update({backend: moved} if moved else {})
        return Check(now, tuple(changes), versions)

    def to_json(self) -> dict[str, Any]:
        """The published form; rows have the question's own texts, for readers without them."""
        return {
            "schema": SCHEMA,
            "backends": {
                name: {
                    "versions": dict(self.versions[name]),
                    "date": self.dates[name],
                    "system": self.system[name],
                }
                for name in self.answers
            },
            "rows": [
                self._row(section.title, question)
                for section in SECTIONS
                for question in section.questions
            ],
            "not_run": dict(self.not_run),
        }

    def _row(self, section: str, question: Question) -> dict[str, Any]:
        found = {name: answers.get(question.name) for name, answers in self.answers.items()}
        own = self.specification.get(question.name)
        return {
            "name": question.name,
            "section": section,
            "question": question.text,
            "kind": question.kind,
            "why": question.why,
            **({} if own is None else {"specification": own}),
            "agree": len(self.groups(question)) < 2,
            "answers": {name: answer.to_json() for name, answer in found.items() if answer},
        }


def _same(question: Question, was: Answer | None, now: Answer | None) -> bool:
    if was is None or now is None or was.state != now.state or now.state == "error":
        return False
    return now.state == "absent" or question.same(was.content, now.content)
