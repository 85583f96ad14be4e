"""Several backends in one environment: the owner's pins first, those of its guests added."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from rich.console import Console

from tests.envs.conftest import make_backend, write_wheel
from zoo import doctor, envs, plugins
from zoo.backend import Backend
from zoo.errors import BackendUnavailable, UsageError

METADATA = """Metadata-Version: 2.1
Name: zooguest
Version: 1.0
Provides-Extra: fake
Requires-Dist: upperframe==2.0 ; extra == "fake"
"""
NEEDS_ENGINE = """
import os
if os.environ.get("UPPER_ENGINE") != "fake":
    raise ImportError("no engine")
__version__ = "2.0"
"""


@pytest.fixture
def guest(fake: Backend, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """The backend `upper-fake`, which runs on `fake` and imports only with its variable set."""
    site = wheels.parent / "site" / "zooguest-1.0.dist-info"
    site.mkdir()
    (site / "METADATA").write_text(METADATA)
    write_wheel(wheels, "upperframe", "2.0", NEEDS_ENGINE)
    made = evolve(
        make_backend(),
        name="upper-fake",
        module="upperframe",
        distribution="zooguest",
        extra="fake",
        environment="fake",
        engine="fake",
        variables=("UPPER_ENGINE=fake",),
    )
    install(monkeypatch, fake, made)
    return made


def install(monkeypatch: pytest.MonkeyPatch, *found: Backend) -> None:
    monkeypatch.setattr(plugins, "_scan", lambda _path: ({each.name: each for each in found}, {}))


def test_a_guest_and_its_owner_have_one_environment(
    fake: Backend, guest: Backend, screen: Console
) -> None:
    """Whichever is asked for first; both are imported as proof, the guest with its variables."""
    made = envs.create(guest, console=screen)
    assert made.folder == envs.path(fake) == envs.path(guest)
    assert made.backend == "fake"
    assert made.facts["pins"] == ["fakeframe==1.2", "numpy==0.1", "safetensors", "upperframe==2.0"]
    assert made.facts["versions"]["upperframe"] == "2.0"
    assert envs.create(fake, console=screen) == made
    for each in (fake, guest):
        assert doctor.examine(each).state == "ready"


def test_a_guest_whose_engine_is_not_installed_says_so(
    guest: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a row that says what to install, not a failure of the others."""
    install(monkeypatch, guest)
    with pytest.raises(BackendUnavailable, match="install the backend fake"):
        envs.path(guest)
    assert doctor.glance(guest).state == "impossible"


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"python": ">=3.99"}, "not >=3.99"),
        ({"distribution": "zoofake", "extra": "other"}, "fakeframe==1.2, not fakeframe==9"),
    ],
)
def test_a_guest_that_does_not_fit_harms_only_itself(
    fake: Backend,
    guest: Backend,
    monkeypatch: pytest.MonkeyPatch,
    change: dict[str, str],
    obstacle: str,
) -> None:
    """The owner's environment is what it would be without it."""
    info = Path(envs.root().parents[1] / "site/zoofake-1.0.dist-info/METADATA")
    info.write_text(info.read_text() + 'Requires-Dist: fakeframe==9 ; extra == "other"\n')
    unfit = evolve(guest, **change)
    install(monkeypatch, fake)
    alone = envs.path(fake)
    install(monkeypatch, fake, unfit)
    assert envs.path(fake) == alone
    with pytest.raises(BackendUnavailable, match=obstacle):
        envs.path(unfit)


def test_removing_a_guest_names_the_environment_it_lives_in(
    fake: Backend, guest: Backend, home: Path
) -> None:
    with pytest.raises(UsageError, match="zoo env remove fake"):
        envs.remove("upper-fake")
