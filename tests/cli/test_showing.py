"""`zoo show` draws a model or prints its sources; `zoo emit` writes one, byte for byte."""

from __future__ import annotations

import subprocess
import sys

from zoo.models import registry
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
    """Escape sequences and markup in somebody's specification are printed, not obeyed."""
    file = tmp_path / "hostile.json"
    file.write_text(registry.build("mlp", "tiny").replace(summary="a\x1b[2Jb [red]c").to_json())
    assert lines(zoo("show", file).stdout)[0] == "a\\x1b[2Jb [red]c"


def test_the_source_in_a_pipe_is_the_emitted_text(zoo, pretend) -> None:
    """Modes of one backend share a source, which is printed once and unchanged."""
    assert zoo("show", "mlp", "--backends", "pretend:eager,pretend:graph").stdout == SOURCE


def test_graph_adds_the_tree_to_the_sources(zoo, pretend) -> None:
    """The tree comes first."""
    result = zoo("show", "mlp", "--backends", "pretend", "--graph")
    assert result.stdout == zoo("show", "mlp").stdout + SOURCE


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
