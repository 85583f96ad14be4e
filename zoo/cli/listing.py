"""`zoo list`: what there is."""

from __future__ import annotations

import click

from zoo import catalog
from zoo.cli.guard import Subcommands
from zoo.cli.options import json_option, python_option
from zoo.cli.output import deliver, table


@click.group("list", cls=Subcommands)
def list_() -> None:
    """List models, backends or ops."""


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
    found = catalog.ops()
    rows = table("op", "attributes", "summary")
    for each in found:
        attributes = (
            name if default is None else f"{name}={default!r}"
            for name, default in each["attributes"].items()
        )
        rows.add_row(each["name"], ", ".join(attributes), each["summary"])
    deliver(found, json_to, rows)
