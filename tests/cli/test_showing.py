"""`zoo show` draws a model or prints its sources; `zoo emit` writes one, byte for byte."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from zoo import envs
from zoo.models import registry
from zoo.parity import ParityReport, Row
from zoo.spec import Spec

from .conftest import lines

SOURCE = "# mlp → pretend\nx = '[bold]'\n"


def test_a_model_is_a_tree_with_shapes_and_costs(zoo) -> None:
    """Blocks hold their layers; totals stand in the first row."""
    assert lines(zoo("show", "mlp", "--preset", "tiny").stdout) == [
        "MLP, a multilayer perceptron with batch normalisation (Ioffe and Szegedy 2015) "
        "and dropout",
        "layer            op                                    output       parameters  FLOPs",
        "mlp              model                                 (batch, 3)          206    394",
        "├── x            input(shape=(12,))                    (batch, 12)",
        "├── hidden.0     hidden_layer(units=8, drop_rate=0.5)  (batch, 8)          112    216",
        "│   ├── linear   dense(units=8, bias=False)            (batch, 8)           96    192",
        "│   ├── norm     batch_norm                            (batch, 8)           16     16",
        "│   ├── relu1    relu                                  (batch, 8)                   8",
        "│   └── dropout  dropout(drop_rate=0.5)                (batch, 8)",
        "├── hidden.1     hidden_layer(units=7, drop_rate=0.5)  (batch, 7)           70    133",
        "│   ├── linear   dense(units=7, bias=False)            (batch, 7)           56    112",
        "│   ├── norm     batch_norm                            (batch, 7)           14     14",
        "│   ├── relu1    relu                                  (batch, 7)                   7",
        "│   └── dropout  dropout(drop_rate=0.5)                (batch, 7)",
        "└── output       dense(units=3)                        (batch, 3)           24     45",
        "training: softmax_cross_entropy, sgd(learning_rate=0.05, momentum=0.9)",
        f"hash: {registry.build('mlp', 'tiny').hash}",
    ]


def test_the_json_of_a_model_can_be_shown_again(zoo, tmp_path) -> None:
    """`--json` writes the specification, and MODEL may be that file."""
    spec = registry.build("resnet20", "tiny", classes=4)
    file = tmp_path / "mine.json"
    shown = zoo("show", "resnet20", "--preset", "tiny", "--set", "classes=4", "--json", file)
    assert Spec.from_json(file.read_text()) == spec
    assert zoo("show", file).stdout == shown.stdout


def test_a_summary_cannot_steer_the_terminal(zoo, tmp_path) -> None:
    """Markup in somebody's specification is printed, not obeyed; escape sequences are refused."""
    file = tmp_path / "hostile.json"
    text = registry.build("mlp", "tiny").replace(summary="a [red]b").to_json()
    file.write_text(text)
    assert lines(zoo("show", file).stdout)[0] == "a [red]b"
    file.write_text(text.replace("[red]", "\\u001b[2J"))
    result = zoo("show", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the summary must be one line" in result.stderr
    assert "\x1b" not in result.stderr


def test_the_source_in_a_pipe_is_the_emitted_text(zoo, pretend) -> None:
    """Modes of one backend share a source, which is printed once and unchanged."""
    assert zoo("show", "mlp", "--backends", "pretend:eager,pretend:graph").stdout == SOURCE


def test_graph_adds_the_tree_to_the_sources(zoo, pretend) -> None:
    """The tree comes first."""
    result = zoo("show", "mlp", "--backends", "pretend", "--graph")
    assert result.stdout == zoo("show", "mlp").stdout + SOURCE


class Judge:
    """Stands in for `parity`: every target gets the same verdict."""

    verdict = "agrees"

    def __init__(self) -> None:
        self.calls: list[tuple[Spec, list[str], Any]] = []
        self.built: list[str] = []

    def __call__(self, spec: Spec, targets: Any, *, python: Any, progress: Any) -> ParityReport:
        self.calls.append((spec, [str(target) for target in targets], python))
        rows = [
            Row(
                spec.name, each.backend.name, each.mode, "float64",
                error=2.5e-15, verdict=self.verdict,
            )
            for each in targets
        ]  # fmt: skip
        return ParityReport(tuple(rows), {}, 3)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch, pretend: Path) -> Judge:
    judge = Judge()
    monkeypatch.setattr("zoo.parity.parity", judge)
    monkeypatch.setattr(envs, "create", lambda backend: judge.built.append(backend.name))
    return judge


def test_a_page_has_verdicts(zoo, judge, tmp_path) -> None:
    """Of all backends if none is named, each judged in its mode after its environment is built."""
    file = tmp_path / "page.html"
    result = zoo("show", "mlp", "-o", file)
    assert (result.exit_code, result.output) == (0, "")
    assert judge.calls == [(registry.build("mlp"), ["pretend:eager"], {})]
    assert judge.built == ["pretend"]
    assert "eager agrees (float64, largest error 2.5e-15)" in file.read_text()


def test_a_page_can_do_without_verdicts(zoo, judge, tmp_path) -> None:
    """Then nothing is built or run, and the page says so."""
    file = tmp_path / "page.html"
    assert zoo("show", "mlp", "-o", file, "--no-verdicts").exit_code == 0
    assert (judge.calls, judge.built) == ([], [])
    assert '<span class="badge">not judged</span>' in file.read_text()


def test_a_page_on_standard_output_stands_alone(zoo, pretend) -> None:
    """`-o -` gives the page and nothing beside it."""
    page = zoo("show", "mlp", "-o", "-", "--no-verdicts").stdout
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")


def test_a_bad_verdict_is_the_exit_code(zoo, judge, tmp_path) -> None:
    """The page that shows it is written all the same."""
    judge.verdict = "disagrees"
    file = tmp_path / "page.html"
    assert zoo("show", "mlp", "-o", file).exit_code == 1
    assert "1 disagree" in file.read_text()


def test_sources_are_not_judged_unasked(zoo, judge) -> None:
    """Showing them is instant; `--verdicts` puts one above each, with the interpreter asked for."""
    words = ("show", "mlp", "--backends", "pretend:graph,pretend")
    assert zoo(*words).stdout == SOURCE
    assert judge.calls == []
    verdict = "(float64, largest error 2.5e-15)"
    title = f"# ---- pretend, graph agrees {verdict}, eager agrees {verdict} ----\n"
    assert zoo(*words, "--verdicts", "--python", "pretend=/p").stdout == title + SOURCE
    assert judge.calls[0][1:] == (["pretend:graph", "pretend:eager"], {"pretend": "/p"})
    assert judge.built == []


def test_a_page_of_a_refusal_says_why(zoo, judge, tmp_path) -> None:
    """It is written, there is nothing to judge, and the exit code is that of the refusal."""
    file = tmp_path / "page.html"
    assert zoo("show", "lenet5", "--backends", "pretend", "-o", file).exit_code == 2
    assert "no convolutions" in file.read_text()
    assert (judge.calls, judge.built) == ([], [])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--verdicts"], "--verdicts goes with --backends or with -o"),
        (["-o", "-", "--json"], "the page and the JSON cannot both go to standard output"),
        (["-o", "/nowhere/p.html"], "cannot write /nowhere/p.html: there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_shown_is_refused_first(zoo, judge, words, line) -> None:
    """One line, exit code 2, and nothing was judged."""
    result = zoo("show", "mlp", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"zoo: {line}\n")
    assert judge.calls == []


@pytest.mark.parametrize(("width", "columns"), [("120", True), ("100", False)])
def test_a_wide_terminal_has_columns(width: str, columns: bool) -> None:
    """In a real terminal, blocks stand side by side if there is room for 54 characters each."""
    reader, writer = pty.openpty()
    command = ["show", "mlp", "--preset", "tiny", "--backends", "torch,mxnet"]
    variables = {"COLUMNS": width, "TERM": "xterm", "PATH": os.environ["PATH"]}
    variables |= {"PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
    with subprocess.Popen([sys.executable, "-m", "zoo", *command], stdout=writer, env=variables):
        os.close(writer)
        printed = b"".join(iter(lambda: received(reader), b""))
    os.close(reader)
    text = re.sub(r"\x1b\[[0-9;]*m", "", printed.decode())
    beside = [line.split("│") for line in text.splitlines() if "class HiddenLayer(nn.Mod" in line]
    assert [len(line) == 2 for line in beside] == [columns]
    assert columns == ("class HiddenLayer(nn.HybridBlock):" in beside[0][-1])


def received(terminal: int) -> bytes:
    """What came from a pseudo-terminal; empty once the other side is closed."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the end so
        return b""


def test_a_refusal_is_one_line_and_exit_code_2(zoo, pretend) -> None:
    """It names the backend and all that it cannot express."""
    result = zoo("show", "lenet5", "--backends", "pretend")
    line = "zoo: pretend cannot express this model: no convolutions\n"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_emit_writes_the_bytes_that_were_emitted(zoo, pretend, tmp_path) -> None:
    """To standard output and to a file alike, in UTF-8."""
    file = tmp_path / "mlp.py"
    assert zoo("emit", "mlp", "--backend", "pretend").stdout_bytes == SOURCE.encode()
    result = zoo("emit", "mlp", "--backend", "pretend", "-o", file)
    assert (result.exit_code, result.output) == (0, "")
    assert file.read_bytes() == SOURCE.encode()


def test_emit_writes_no_file_when_it_refuses(zoo, pretend, tmp_path) -> None:
    """A refusal leaves nothing behind."""
    file = tmp_path / "lenet5.py"
    assert zoo("emit", "lenet5", "--backend", "pretend", "-o", file).exit_code == 2
    assert not file.exists()


def test_emit_names_the_nearest_backend(zoo, pretend) -> None:
    """Before it looks at the model."""
    result = zoo("emit", "nothing", "--backend", "pretnd")
    assert result.exit_code == 2
    assert result.stderr == "zoo: no backend 'pretnd': did you mean pretend?\n"


def test_a_terminal_that_knows_ascii_alone_gets_ascii(pretend) -> None:
    """The tree is drawn with plain characters, in a real process."""
    done = subprocess.run(
        [sys.executable, "-m", "zoo", "show", "mlp"],
        capture_output=True,
        timeout=120,
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0
    assert b"\n|   `-- dropout" in done.stdout
