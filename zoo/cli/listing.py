"""`zoo list`: what there is."""

from __future__ import annotations

from typing import Any

import click

from zoo import catalog
from zoo.cli.guard import Subcommands
from zoo.cli.options import json_option, python_option
from zoo.cli.output import deliver, table


@click.group("list", cls=Subcommands)
def list_() -> None:
    """List models, backends, ops, or what trains a model."""


@list_.command("models")
@json_option
def models(json_to: str | None) -> None:
    """Models, with the size of their default preset."""
    found = catalog.models()
    rows = table(
        "model", "parameters", "FLOPs", "presets", "summary", right=("parameters", "FLOPs")
    )
    for each in found:
        rows.add_row(
            each["name"],
            f"{each['parameters']:,}",
            f"{each['flops']:,}",
            " ".join(each["presets"]),
            each["summary"],
        )
    deliver(found, json_to, rows)


@list_.command("backends")
@python_option
@json_option
def backends(python: dict[str, str], json_to: str | None) -> None:
    """Installed backends and the state of their environments."""
    found = catalog.backends(python)
    if not found and json_to != "-":
        click.echo("no backend is installed; pip install parityzoo-torch", err=True)
    rows = table("backend", "framework", "modes", "adapter", "environment")
    for each in found:
        rows.add_row(
            each["name"],
            f"{each['framework']} {each['framework_version'] or ''}".strip(),
            " ".join(each["modes"]),
            f"{each['distribution']} {each['version']}",
            each["environment"],
        )
    deliver(found, json_to, rows)


@list_.command("ops")
@json_option
def ops(json_to: str | None) -> None:
    """Layers that a specification may have, with their attributes."""
    _deliver_declared("op", catalog.ops(), json_to)


@list_.command("losses")
@json_option
def losses(json_to: str | None) -> None:
    """Losses, with their attributes."""
    _deliver_declared("loss", catalog.losses(), json_to)


@list_.command("optimizers")
@json_option
def optimizers(json_to: str | None) -> None:
    """Optimizers, with their attributes."""
    _deliver_declared("optimizer", catalog.optimizers(), json_to)


@list_.command("schedules")
@json_option
def schedules(json_to: str | None) -> None:
    """Schedules of the learning rate, with their attributes."""
    _deliver_declared("schedule", catalog.schedules(), json_to)


@list_.command("clippings")
@json_option
def clippings(json_to: str | None) -> None:
    """Clippings of the gradients, with their attributes."""
    _deliver_declared("clipping", catalog.clippings(), json_to)


def _deliver_declared(word: str, found: list[dict[str, Any]], json_to: str | None) -> None:
    rows = table(word, "attributes", "summary")
    for each in found:
        attributes = (
            name if default is None else f"{name}={default!r}"
            for name, default in each["attributes"].items()
        )
        rows.add_row(each["name"], ", ".join(attributes), each["summary"])
    deliver(found, json_to, rows)
