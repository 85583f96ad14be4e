"""`zoo env`: the environments that workers run in."""

from __future__ import annotations

import click

from zoo import catalog, envs, plugins
from zoo.cli.guard import Subcommands
from zoo.cli.options import json_option
from zoo.cli.output import deliver, table
from zoo.target import parse_targets


@click.group(cls=Subcommands)
def env() -> None:
    """List, create, remove or find worker environments."""


@env.command("list")
@json_option
def list_(json_to: str | None) -> None:
    """Environments on disk; those outdated or half built can be removed."""
    found = catalog.environments()
    if not found and json_to is None:
        click.echo(f"none in {envs.root()}; zoo env create BACKEND builds one", err=True)
        return
    rows = table("environment", "state", "Python", "versions", "path")
    for each in found:
        versions = ", ".join(f"{name} {version}" for name, version in each["versions"].items())
        rows.add_row(each["name"], each["state"], each["python"] or "", versions, each["path"])
    deliver(found, json_to, rows)


@env.command()
@click.argument("backends", metavar="BACKEND...", nargs=-1, required=True)
def create(backends: tuple[str, ...]) -> None:
    """Build the environments of backends, or of all; those that are ready stay."""
    for target in parse_targets(",".join(backends)):
        click.echo(envs.create(target.backend).folder)


@env.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> None:
    """Delete environments by name, or all those of a backend."""
    for name in names:
        for folder in envs.remove(name):
            click.echo(f"removed {folder}")


@env.command()
@click.argument("backend", metavar="BACKEND")
def path(backend: str) -> None:
    """Print where a backend's environment is, or would be built."""
    click.echo(envs.path(plugins.backend(backend)))
