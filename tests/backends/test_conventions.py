"""Each adapter answers every question of `zoo.conventions`, and no others."""

from __future__ import annotations

import ast

import pytest

from zoo import plugins
from zoo.conventions.questions import SECTIONS

ADAPTERS = {each.package: each.location() for each in plugins.backends().values()}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
@pytest.mark.parametrize("package", sorted(ADAPTERS))
def test_a_probe_for_each_question_in_the_order_of_the_table(package, section) -> None:
    """Each says in its docstring what it calls."""
    tree = ast.parse((ADAPTERS[package] / "conventions" / f"{section.name}.py").read_text())
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)]
    probes = [each for each in functions if not each.name.startswith("_")]
    assert [each.name for each in probes] == [each.name for each in section.questions]
    assert [each.name for each in probes if not ast.get_docstring(each)] == []


@pytest.mark.parametrize("package", sorted(ADAPTERS))
def test_no_answer_is_typed_in(package) -> None:
    """A probe that calls nothing asks nobody."""
    typed = [
        f"{file.name}: {node.name}"
        for file in sorted((ADAPTERS[package] / "conventions").glob("[!_]*.py"))
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not any(isinstance(each, ast.Call) for each in ast.walk(node))
    ]
    assert typed == []
