"""Templates of this package: HTML is escaped, LaTeX has a filter for it."""

from __future__ import annotations

from functools import lru_cache
from typing import Dict

import jinja2

_TEX: Dict[str, str] = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "±": r"\textpm{}",
    "µ": r"\textmu{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def rendered(template: str, **values: object) -> str:
    return _templates().get_template(template).render(**values)


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("zoo.bench"),
        autoescape=lambda name: str(name).endswith(".html.jinja"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["tex"] = _tex
    return made
