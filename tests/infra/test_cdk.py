"""The module for CDK is Python that needs CDK alone, laid out as formatters lay it out."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.infra.stacks import STACKS
from trueup.infra import Format, cloudformation, stack_files, template_text
from trueup.infra.formats.cdk.literals import literal, text
from trueup.lifecycle.generated import write_file

JSON = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8")),
    ),
    lambda one: st.one_of(st.lists(one), st.dictionaries(st.text("aB\"'\\ $"), one)),
)


def module(name: str) -> ast.Module:
    return ast.parse(template_text(STACKS[name], Format.CDK, is_json=False))


@pytest.mark.parametrize("name", STACKS)
def test_module_has_the_resources_of_the_template(name: str) -> None:
    [resources] = [
        ast.literal_eval(one.value)
        for one in module(name).body
        if isinstance(one, ast.AnnAssign)
        and one.value is not None
        and ast.unparse(one.target) == "_RESOURCES"
    ]
    assert resources == cloudformation(STACKS[name])["Resources"]


@pytest.mark.parametrize("name", STACKS)
def test_module_imports_cdk_alone(name: str) -> None:
    imported = {
        alias.name if isinstance(one, ast.Import) else str(one.module)
        for one in ast.walk(module(name))
        if isinstance(one, (ast.Import, ast.ImportFrom))
        for alias in one.names
    }
    assert imported <= {"__future__", "re", "typing", "aws_cdk", "constructs"}


def test_construct_has_tables_functions_and_grants() -> None:
    [construct] = [one for one in module("work").body if isinstance(one, ast.ClassDef)]
    attributes = {
        ast.unparse(one.target): ast.unparse(one.annotation)
        for one in construct.body
        if isinstance(one, ast.AnnAssign)
    }
    assert attributes == {
        "orders_table": "dynamodb.ITable",
        "reader_function": "lambda_.IFunction",
        "follower_function": "lambda_.IFunction",
    }
    methods = {one.name for one in construct.body if isinstance(one, ast.FunctionDef)}
    assert {"grant_reader", "grant_follower"} <= methods


@pytest.mark.req("IT7")
def test_recovery_is_in_the_current_form() -> None:
    found = template_text(STACKS["iops"], Format.CDK, is_json=False)
    assert '"PointInTimeRecoverySpecification": {' in found
    assert "pointInTimeRecovery" not in found
    assert "point_in_time_recovery" not in found


def test_module_and_app_are_laid_out_as_a_formatter_lays_them_out(tmp_path: Path) -> None:
    for stack in STACKS.values():
        for file in stack_files(stack, Format.CDK, tmp_path):
            write_file(file)
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--check", "--diff"], ["check"]):
        subprocess.run([*ruff, *command, "--isolated", "."], cwd=tmp_path, check=True)
    assert len(list(tmp_path.glob("*.py"))) == 2 * len(STACKS)


@given(JSON)
def test_literal_is_the_value(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", '"plain"'),
        ('say "yes"', "'say \"yes\"'"),
        ("""it's "so" '""", '''"it's \\"so\\" '"'''),
        ('a "b" \\', "'a \"b\" \\\\'"),
    ],
)
def test_text_has_the_quotes_that_need_fewer_backslashes(value: str, written: str) -> None:
    assert text(value) == written


def test_long_values_have_a_line_for_each_part() -> None:
    value: Mapping[str, object] = {"name": ["a" * 40, "b" * 40], "short": [1, True]}
    assert literal(value) == (
        '{\n    "name": [\n'
        f'        "{"a" * 40}",\n        "{"b" * 40}",\n    ],\n'
        '    "short": [1, True],\n}'
    )
