"""Files that are no files are waited for by nobody, and secrets are shown to nobody."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from trueup import ChangesOf, Function, Layer, Model, Table
from trueup.checks.alarms.recorded import read_series
from trueup.checks.code.files import Unread, read_text
from trueup.checks.report.evidence import read_calls, read_results
from trueup.docgen.costs.rates import read_prices
from trueup.errors import DeclarationError, TrueupError
from trueup.lifecycle.accepted import read_accepted
from trueup.schema.facts import Unknown
from trueup.templates.pynamodb.classes import read_source
from trueup.templates.pynamodb.tables import adopt_models
from trueup.templates.reading import read_template
from trueup.templates.template import TemplateResource

READERS: list[Callable[[Path], Any]] = [
    read_template,
    read_source,
    lambda path: read_results([path]),
    lambda path: read_calls([path]),
    read_prices,
    read_series,
    read_accepted,
]


@pytest.mark.parametrize("read", READERS)
def test_pipe_and_device_are_refused_at_once(tmp_path: Path, read: Callable[[Path], Any]) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(TrueupError):
            read(path)


def test_pipe_among_code_is_no_code(tmp_path: Path) -> None:
    pipe = tmp_path / "x.py"
    os.mkfifo(pipe)
    assert isinstance(read_text(pipe, "x.py"), Unread)


def table_of(folder: Path, **parameters: str) -> TemplateResource:
    path = folder / "t.yaml"
    path.write_text(
        dedent("""
        Parameters:
          Secret: {Type: String, NoEcho: true, Default: s3cr3t-0, AllowedValues: [s3cr3t-1]}
        Resources:
          T:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: t
              TimeToLiveSpecification: {AttributeName: !Ref Secret, Enabled: true}
        """)
    )
    return read_template(path, parameters).resources["T"]


@pytest.mark.parametrize("given", [{}, {"Secret": "s3cr3t-1"}, {"Secret": "s3cr3t-2"}])
def test_secret_parameter_is_looked_at_by_nobody(tmp_path: Path, given: dict[str, str]) -> None:
    found = table_of(tmp_path, **given)
    expiry: Any = found.properties["TimeToLiveSpecification"]
    assert isinstance(expiry["AttributeName"], Unknown)
    assert "s3cr3t" not in repr(found)


MODEL = """
from pynamodb.models import Model
from pynamodb.attributes import UnicodeAttribute

class Item(Model):
    class Meta:
        table_name = "{table}"
    {key} = UnicodeAttribute(hash_key=True)
"""


def test_two_classes_of_one_name_are_two_tables(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = MODEL.format(table=f"table_{name}", key=f"key_{name}")
        (tmp_path / f"{name}.py").write_text(text)
    found = adopt_models(read_source(tmp_path), pattern="{table}", protect=False)
    assert [(one.name, one.schema.partition[0].name) for one in found] == [
        ("table_a", "key_a"),
        ("table_b", "key_b"),
    ]


class Note(Model):
    tenant: str


notes = Table("Notes", Note, partition="tenant", stream="NEW_IMAGE")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"leading_keys": ["*"]}, "confines nothing"),
        ({"leading_keys": ["a", "**"]}, "confines nothing"),
        ({"leading_keys": ["a"], "stream": notes}, "the changes of all"),
        ({"leading_keys": ["a"], "stream": ChangesOf(notes)}, "the changes of all"),
    ],
)
def test_keys_that_confine_nothing_are_refused(options: dict[str, Any], told: str) -> None:
    function = Function("f", handler="a:b", reads=[notes.get], **options)
    with pytest.raises(DeclarationError, match=told):
        Layer("l", target="dynamodb", tables=[notes], functions=[function])
