"""Outputs have the names, the descriptions and the exports that other stacks know."""

from __future__ import annotations

from typing import Any

import pytest

from trueup import DeclarationError, Infrastructure, Layer, Model, Table, TableOutputs
from trueup.infra import cloudformation, stack_of


class Note(Model):
    """What is kept."""

    id: str


notes = Table("desk-notes", Note, partition="id", stream="NEW_IMAGE")
pads = Table("desk-pads", Note, partition="id")
strange = Table("strange", Note, partition="id")


def layer(*outputs: TableOutputs, **settings: Any) -> Layer:
    infrastructure = Infrastructure(outputs=outputs, **settings)
    return Layer("desk", target="dynamodb", tables=[notes, pads], infrastructure=infrastructure)


def template(*outputs: TableOutputs, exports: str = "", name: str = "", **settings: Any) -> Any:
    names = {"desk-notes": "n", "desk-pads": "p"}
    made = layer(*outputs, **settings)
    return cloudformation(stack_of(made, names, stage="beta", name=name, exports=exports))


def test_names_and_descriptions_are_those_declared() -> None:
    found = template(
        TableOutputs(notes, id="Notes", of_name="Where notes are", of_arn="A", of_stream="S"),
        exports="Desk-{output}",
    )["Outputs"]
    assert found["NotesName"] == {
        "Description": "Where notes are",
        "Value": {"Ref": "DeskNotesTable"},
        "Export": {"Name": "Desk-NotesName"},
    }
    assert found["NotesArn"]["Description"] == "A"
    assert found["NotesStreamArn"]["Description"] == "S"
    assert found["NotesStreamArn"]["Export"] == {"Name": "Desk-NotesStreamArn"}


def test_others_are_called_by_table_and_stack() -> None:
    found = template(TableOutputs(notes, of_arn="A"), name="Desk")["Outputs"]
    assert found["DeskPadsTableName"] == {
        "Description": "The Name of the table p",
        "Value": {"Ref": "DeskPadsTable"},
        "Export": {"Name": "Desk-DeskPadsTableName"},
    }
    assert found["DeskNotesTableArn"]["Description"] == "A"
    assert found["DeskNotesTableName"]["Description"] == "The Name of the table n"


def test_stack_says_what_it_is() -> None:
    assert template(description="Notes of the desk")["Description"] == "Notes of the desk"


@pytest.mark.parametrize(
    ("outputs", "problem"),
    [
        ([TableOutputs(strange)], "the table 'strange': it is not one of the layer"),
        ([TableOutputs(notes), TableOutputs(notes)], "'desk-notes' are declared more than once"),
        ([TableOutputs(notes, id="a-b")], "id='a-b' is not letters and digits"),
        (
            [TableOutputs(notes, id="One"), TableOutputs(pads, id="One")],
            "id='One' is not letters and digits that no other table has",
        ),
        ([TableOutputs(pads, of_stream="x")], "of_stream= has no effect, since it has no stream"),
        ([TableOutputs("notes")], "table"),  # type: ignore[arg-type]  # it is wrong
    ],
)
def test_wrong_outputs_are_refused_with_their_place(
    outputs: list[TableOutputs], problem: str
) -> None:
    with pytest.raises(DeclarationError) as raised:
        layer(*outputs)
    assert any(problem in one and __file__ in one for one in raised.value.problems)
