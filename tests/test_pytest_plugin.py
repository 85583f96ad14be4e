"""The fixtures for other people's tests, in a test run of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

MIRROR = Path(__file__).parent / "fakes" / "mirror" / "src"

THEIRS = """
    import sys
    import pytest
    import zoo
    from zoo.models import registry
    from zoo.target import Target
    from zoo_mirror import backend

    TARGETS = [Target(backend(), "eager")]
    SPEC = registry.build("mlp", "tiny")
    HERE = {"mirror": sys.executable}

    @pytest.mark.zoo(steps=2, batch=4, locate=False)
    def test_clean(zoo_parity):
        report = zoo_parity(SPEC, TARGETS, python=HERE)
        assert report.steps == 2

    @pytest.mark.zoo(steps=1)
    def test_faulty(zoo_parity):
        other = type(SPEC).from_json(SPEC.to_json().replace("1e-05", "0.001"))
        from zoo.parity.emission import altered
        zoo_parity(SPEC, TARGETS, python=HERE, plant={"mirror": altered(lambda spec: other)})

    def test_dropout(zoo_check):
        with pytest.raises(zoo.errors.UsageError):
            zoo_check(SPEC, None, "torch")
"""


@pytest.fixture
def theirs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    metadata = pytester.path / "parityzoo_mirror-0.1.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: parityzoo-mirror\nVersion: 0.1.0\n")
    monkeypatch.setenv("PYTHONPATH", f"{pytester.path}:{MIRROR}")
    pytester.makepyfile(THEIRS)
    return pytester


def test_a_test_fails_with_the_localised_report(theirs: pytest.Pytester) -> None:
    """And passes where everything agrees; marks give the options."""
    result = theirs.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*hidden.0.norm (batch_norm)*"])
    result.stdout.fnmatch_lines(["*epsilon is 0.001*"])


def test_backends_are_chosen_on_the_command_line(theirs: pytest.Pytester) -> None:
    """An unknown one is an error of each test that runs on it."""
    theirs.makepyfile(
        test_all="""
        from zoo.models import registry

        def test_all(zoo_parity):
            zoo_parity(registry.build("mlp", "tiny"))
        """
    )
    result = theirs.runpytest_subprocess("test_all.py", "--zoo-backends=tensorfow")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no backend 'tensorfow': did you mean tensorflow*"])
    result = theirs.runpytest_subprocess("test_all.py", "--zoo-backends=mxnet@gpu")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*not-run*"])


def test_the_marker_is_known(theirs: pytest.Pytester) -> None:
    """So that strict runs accept it."""
    result = theirs.runpytest_subprocess("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.zoo(*"])
