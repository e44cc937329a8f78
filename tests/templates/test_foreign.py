"""Templates that our generator did not make, with the facts that a person expects of them.

`foreign/` has them in folders by format. Beside each is a file of data: `shows`, the `template` (or
`templates`; else the file of the same name), and readings, each with `parameters` and either all
`tables`, by physical name (by id, if they have none), or `some` facts of some. What is off, zero,
empty (keys only) or CloudFormation's default is left out. `? text` is a fact that is not known,
whose reason has the text; `unread` are texts of what may hide tables; `refused` and `line` are of
an error.

`foreign/hcl` was planned and applied to an emulator by Terraform 1.11.4 with the provider
`hashicorp/aws` 5.100.0, `foreign/cdk/app.txt` was synthesised by aws-cdk-lib 2.275.0; what does not
concern tables was cut from manifests, and names of hosts from plans.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from trueup import DeclarationError
from trueup.schema.facts import Unknown, overlaid
from trueup.schema.tables import tree
from trueup.templates.reading import read_template
from trueup.templates.tables import TemplateTable, template_tables
from trueup.templates.template import Template

FOLDER = Path(__file__).with_name("foreign")
DEFAULTS = {"table_class": "standard", "encryption.type": "owned", "removal": "drop"}
SUFFIXES = (".yaml", ".json")


def _paths(beside: Path, said: Mapping[str, Any]) -> list[Path]:
    """The templates that a file of data is about."""
    named = said.get("templates", [said["template"]] if "template" in said else [])
    same = [one for suffix in SUFFIXES if (one := beside.with_suffix(suffix)).exists()]
    return [beside.parent / name for name in named] or same


def _marks(said: Mapping[str, Any]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.case(one) for one in said.get("cases", ())]


SAID = {path: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.rglob("*.toml")}
TEMPLATES = [(path, said) for beside, said in sorted(SAID.items()) for path in _paths(beside, said)]
READINGS = [
    pytest.param(path, one, marks=_marks(said))
    for path, said in TEMPLATES
    for one in said.get("reading", ())
]
REFUSED = [
    pytest.param(path, said, marks=_marks(said)) for path, said in TEMPLATES if "refused" in said
]


def name(value: object) -> str:
    return str(value.relative_to(FOLDER)) if isinstance(value, Path) else ""


def flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The facts of a tree by dotted paths, without what is off, zero or the default."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from flat(one, f"{path}.{key}" if path else key)
    elif isinstance(value, Unknown) or (value and DEFAULTS.get(path) != value):
        yield path, value


def facts(table: TemplateTable) -> dict[str, object]:
    live = table.live
    found: dict[str, object] = dict(flat(overlaid(tree(live.schema), live.unknown)))
    if not isinstance(table.name, str):
        found["name"] = table.name or "none"
    return found


def agree(found: object, expected: object) -> bool:
    if isinstance(found, Unknown):
        return isinstance(expected, str) and expected[:2] == "? " and expected[2:] in found.why
    return found == expected or (not found and not expected)


def read(path: Path, reading: Mapping[str, Any]) -> tuple[Template, dict[str, TemplateTable]]:
    template = read_template(path, reading.get("parameters", {}))
    return template, {one.live.schema.name: one for one in template_tables(template)}


@pytest.mark.parametrize(("path", "reading"), READINGS, ids=name)
def test_foreign_template_has_the_facts_that_a_person_expects(
    path: Path, reading: Mapping[str, Any]
) -> None:
    template, tables = read(path, reading)

    if "some" not in reading:
        assert sorted(tables) == sorted(reading.get("tables", {}))
    for table, expected in reading.get("tables", {}).items():
        found = facts(tables[table])
        every = found.keys() | expected.keys()
        wrong = {at: found.get(at) for at in every if not agree(found.get(at), expected.get(at))}
        assert wrong == {}, table
    for table, expected in reading.get("some", {}).items():
        found = facts(tables[table])
        wrong = {at: found.get(at) for at in expected if not agree(found.get(at), expected[at])}
        assert wrong == {}, table
    unread = "\n".join(f"{place} {why}" for place, why in template.unknown.items())
    assert [one for one in reading.get("unread", ()) if one not in unread] == []
    assert bool(unread) == bool(reading.get("unread"))


@pytest.mark.parametrize(("path", "said"), REFUSED, ids=name)
def test_foreign_template_that_no_deployment_would_take_is_refused_with_its_line(
    path: Path, said: Mapping[str, Any]
) -> None:
    with pytest.raises(DeclarationError) as refused:
        template_tables(read_template(path))

    assert said["refused"] in str(refused.value)
    assert f":{said['line']}" in str(refused.value)


def test_there_are_thirty_foreign_templates() -> None:
    assert len({path for path, _ in TEMPLATES}) >= 30
    assert all(said["shows"] and _paths(beside, said) for beside, said in SAID.items())
