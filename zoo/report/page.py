"""Pages: self-contained files from the templates of this package; in HTML everything is escaped."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jinja2

import zoo


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("zoo.report"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, **values: Any) -> str:
    """A whole page from a template in `templates/`, most of which extend `base.html`.

    In HTML text is escaped unless it is a `markupsafe.Markup`. The same values give the same bytes.
    """
    return _templates().get_template(template).render(**values, zoo_version=zoo.__version__)
