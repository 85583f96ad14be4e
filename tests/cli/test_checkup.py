"""`zoo doctor` tells what runs here, and exits with 3 if something that was named does not."""

from __future__ import annotations

import json
import sys

from .conftest import lines


def test_doctor_names_the_mend_of_what_cannot_run(zoo, pretend) -> None:
    """Without names it is a report: the exit code is 0."""
    result = zoo("doctor")
    assert result.exit_code == 0
    assert lines(result.stdout)[-4:] == [
        "backend  state      versions  interpreter",
        "pretend  not built",
        "",
        "pretend cannot run here: its environment is not built yet. "
        "To mend it: zoo env create pretend",
    ]


def test_doctor_fails_for_a_named_backend_that_cannot_run(zoo, pretend) -> None:
    """The report is the same, the exit code is 3."""
    assert zoo("doctor", "pretend").exit_code == 3
    assert lines(zoo("doctor", "pretend").stdout)[5:] == lines(zoo("doctor").stdout)[5:]


def test_doctor_tells_the_versions_of_a_given_interpreter(zoo, pretend) -> None:
    """The framework is imported by that interpreter, not looked up."""
    package = pretend / "zoo_pretend" / "__init__.py"
    package.write_text(package.read_text().replace("pretendframe", "json"))
    words = ("doctor", "pretend", "--python", f"pretend={sys.executable}", "--json")
    result = zoo(*words)
    (found,) = json.loads(result.stdout)["backends"]
    assert (result.exit_code, found["state"], found["can_run"]) == (0, "given", True)
    assert found["versions"]["json"] == json.__version__


def test_doctor_finds_a_given_interpreter_that_lacks_the_framework(zoo, pretend) -> None:
    """It is broken, and the mend is a pip command for that interpreter."""
    words = ("doctor", "pretend", "--python", f"pretend={sys.executable}", "--json")
    result = zoo(*words)
    (found,) = json.loads(result.stdout)["backends"]
    assert (result.exit_code, found["state"], found["can_run"]) == (3, "broken", False)
    assert "pretendframe" in found["reason"]
    assert "pip install" in found["mend"]


def test_the_facts_of_the_machine_come_first(zoo, pretend) -> None:
    """Versions, platform, sizes and the folder of the environments."""
    facts = json.loads(zoo("doctor", "--json").stdout)
    assert facts["python"].startswith("3.")
    assert facts["cores"] >= 1
    assert facts["memory"] > 0
    assert facts["free_disk"] > 0
    assert facts["environments"].endswith("home/envs")
