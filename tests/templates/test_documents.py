"""Files as documents: encodings, positions, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trueup import DeclarationError
from trueup.templates.documents.files import read_document
from trueup.templates.documents.json_events import json_events
from trueup.templates.documents.nodes import Malformed, Node, nodes_of
from trueup.templates.reading import read_template
from trueup.templates.tables import tables_of

LAUGHS = "a0: &a0 [1, 1]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
IN_A_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def plain(node: Node) -> object:
    """A node without its lines."""
    if isinstance(node.value, dict):
        return {name: plain(inner) for name, inner in node.value.items()}
    return [plain(inner) for inner in node.value] if isinstance(node.value, tuple) else node.value


@pytest.mark.parametrize(
    ("name", "content", "line", "says"),
    [
        ("a.yaml", b"a: 1\nb: 2\na: 3\n", 3, "the key a stands twice, first on line 1"),
        ("a.json", b'{"a": 1,\n "a": 2}', 2, "the key a stands twice"),
        ("a.yaml", b"a:\n - [1\nb: 2", 3, "this is no YAML"),
        ("a.json", b'{"a": 1,\n "b" 2}', 2, "stands where JSON wants colon"),
        ("a.json", b'{"a": 1}\n{}', 2, "stands where JSON wants more"),
        ("a.json", b'{"a": [1, 2', 1, "the text ends too early"),
        ("a.json", b"{\n'a': 1}", 2, "this is no JSON"),
        ("a.json", b'{"a": 01}', 1, "this is no JSON"),
        ("a.json", b'{"a": "\\x"}', 1, "an escape that JSON has not"),
        ("a.yaml", b"a: 1\n---\nb: 1", 3, "more than one document"),
        ("a.yaml", b"? [1]\n: 2", 1, "a key is no text"),
        ("a.yaml", b"a: *b", 1, "repeats nothing"),
        ("a.yaml", b"a: &a [*a]", 1, "repeats nothing that is complete"),
        ("a.yaml", b"a: {<<: 3}", 1, "merges what is no mapping"),
        ("a.yaml", LAUGHS.encode(), 7, "more than 2,000,000 values"),
        ("a.json", b"[" * 5_000, 1, "nested more than 100 deep"),
        ("a.yaml", b"[" * 5_000, 1, "nested more than 100 deep"),
        ("a.yaml", b"a: 1\nb: \0", 2, "NUL"),
        ("a.yaml", b"a: 1\nb: \xe9", 2, "not written in UTF-8"),
        ("a.yaml", b"a:\n\t- b", 2, "this is no YAML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(
    name: str, content: bytes, line: int, says: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(DeclarationError) as caught:
        read_document(path)

    assert caught.value.code.value == "invalid-template"
    assert caught.value.where.note == f"{path}:{line}"
    assert says in caught.value.what


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="No such file"):
        read_document(tmp_path / "a.yaml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.template"])
def test_every_encoding_with_a_mark_is_read(encoding: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes('{"a": "é"}'.encode(encoding))

    assert plain(read_document(path)) == {"a": "é"}


TWICE = """
Description: 'complete ✅ → see below'
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      Tags: [{Key: state, Value: '✅'}]
"""


@pytest.mark.req("NT15")
@pytest.mark.parametrize("suffix", ["yaml", "json"])
@pytest.mark.parametrize("was", ["mac_roman", "latin-1", "cp437"])
def test_a_template_that_was_encoded_twice_is_read(was: str, suffix: str, tmp_path: Path) -> None:
    text = TWICE
    if suffix == "json":
        first = tmp_path / "first.yaml"
        first.write_text(TWICE, encoding="utf-8")
        text = json.dumps(plain(read_document(first)), ensure_ascii=False)
    path = tmp_path / f"a.{suffix}"
    path.write_text(text.encode().decode(was), encoding="utf-8")

    table = tables_of(read_template(path))["orders"].schema

    assert [str(one) for one in table.key] == ["id S"]
    tags = table.facts["tags"]
    assert isinstance(tags, dict)
    assert list(tags) == ["state"]


def test_aliases_and_merges_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n")

    assert plain(read_document(path)) == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2},
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=JSON, indent=st.sampled_from([None, 1]), ascii=st.booleans())
def test_json_is_read_as_the_standard_parser_reads_it(
    value: object, indent: int | None, ascii: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii)

    assert plain(nodes_of(json_events(text))) == value


@given(text=st.text(alphabet='{}[]",:0123456789.-+eE truefalsn\\u\n\x01', max_size=40))
def test_json_is_refused_where_the_standard_parser_refuses_it(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=lambda _: pytest.fail("not drawn"))
    except ValueError:
        with pytest.raises(Malformed):
            nodes_of(json_events(text))
    else:
        with suppress(Malformed):  # a key that stands twice
            assert plain(nodes_of(json_events(text))) == expected


@IN_A_FOLDER
@given(content=st.binary(max_size=80), name=st.sampled_from(["a.yaml", "a.json", "a"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with suppress(DeclarationError):
        read_template(path)
