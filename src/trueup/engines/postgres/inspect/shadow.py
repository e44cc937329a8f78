"""The shadow: what the server makes of the declared tables, in a schema that is never committed.

The catalogue prints SQL in the server's words, and no text of it can be compared with ours. So the
declared tables are made beside the live ones, read in the same way, and undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from secrets import token_hex

from ...._dataclass import dataclass
from ....errors import TrueupError
from ....schema.facts import Path, Unknown, Value
from ....schema.made import Made
from ....schema.tables import TableSchema
from ..payload import Rows, Statement, Steps, ask
from ..values.names import filled_name, literal, quote
from .catalogue import Facts, catalogue_facts, catalogue_selects, in_words_of
from .descriptions import compared_descriptions
from .objects import in_place_of, no_longer_declared
from .privileges import compared_privileges
from .recorded import recorded
from .renames import Former, backwards, forwards, pending, twins, with_twins

_SAVEPOINT = Statement("SAVEPOINT shadow")
UNDO = Statement("ROLLBACK TO SAVEPOINT shadow")
_IN_SQL = (
    "default",
    "generated",
    "constraints",
    "indexes",
    "triggers",
    "policies",
    "functions",
    "objects",
)
"""The facts that only the server can compare."""
_RENAMED = Unknown(
    "names are still to change, and the lock file has the new ones: it is compared after that"
)
_ONE = {
    "columns": "column",
    "constraints": "constraint",
    "indexes": "index",
    "triggers": "trigger",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """All relational tables of a layer, and the SQL that creates them.

    made: what a server made of them before; None if this one is to make them.
    """

    tables: Sequence[TableSchema]
    statements: Sequence[Statement]
    made: Made | None = None


def live_facts(declaration: Declaration, names: Sequence[str]) -> Steps[dict[str, Facts]]:
    """The facts of existing tables among `names`, in the words of their declarations where both
    mean the same."""
    live = catalogue_facts((yield from read(catalogue_selects(names))))
    declared = {table.name: table.facts for table in declaration.tables if table.name in live}
    if not declared:
        return live
    renames = pending(declaration.tables, live)
    made = yield from _made(declaration, renames)
    objects = {name for table in declaration.tables for name in _part(table.facts, "objects")}
    for name, facts in declared.items():
        former, expected = dict(renames[name]), made[name]
        found = forwards(live[name], former)
        if isinstance(expected, Unknown):
            live[name] = dict(_unknown(facts, found, expected))
        else:
            former |= twins(facts, found, expected)
            found = with_twins(found, expected, former)
            live[name] = dict(in_words_of(facts, found, expected))
            if declaration.made is not None and any(renames.values()):
                live[name] = dict(_doubtful(facts, live[name]))
        beyond = _beyond(facts, found)
        beyond["objects"] = no_longer_declared(found["objects"], found["made"], objects)
        replaced = in_place_of(facts, found["objects"], beyond["objects"])
        if replaced and not isinstance(expected, Unknown):
            live[name]["objects"] = {**live[name]["objects"], **replaced}
        granted, beyond["privileges"] = compared_privileges(
            name, _part(facts, "privileges"), found["privileges"]
        )
        if granted:
            live[name]["privileges"] = granted
        described = _part(facts, "descriptions")
        if described:
            live[name]["descriptions"] = compared_descriptions(
                name, described, found["descriptions"]
            )
        undeclared = [*_undeclared(beyond), *_former(former)]
        live[name] |= {
            "undeclared": undeclared,
            "beyond": beyond,
            "former": former,
            "made": found["made"],
        }
    return live


def read(selects: Sequence[Statement]) -> Steps[list[Rows]]:
    """The rows of each SELECT."""
    replies = []
    for select in selects:
        replies.append((yield from ask(select)))
    return replies


def _made(
    declaration: Declaration, renames: Mapping[str, Former]
) -> Steps[Mapping[str, Facts | Unknown]]:
    """The facts of each declared table, as a server made it; unknown if none made it.

    renames: by table, what is still to be renamed, which the server knows by its former names.
    """
    if declaration.made is not None:
        return (yield from recorded(declaration.tables, declaration.made))
    statements = [*declaration.statements, *backwards(renames)]
    try:
        made = yield from make(replace(declaration, statements=statements))
        return {name: forwards(facts, renames.get(name, {})) for name, facts in made.items()}
    except TrueupError as error:
        yield UNDO
        why = Unknown(f"the declared tables could not be made to compare: {_said(error)}")
        return {table.name: why for table in declaration.tables}


def make(declaration: Declaration) -> Steps[dict[str, Facts]]:
    """The facts of the declared tables, which the server makes in a schema, and undoes.

    Raises what the server refuses; then the transaction is to be undone, or `UNDO` to be sent.
    """
    schema = f"trueup_shadow_{token_hex(6)}"
    path = f"{literal(quote(schema))} || ', ' || current_setting('search_path')"
    yield _SAVEPOINT
    yield Statement(f"CREATE SCHEMA {quote(schema)}")
    yield Statement(f"SELECT set_config('search_path', {path}, true)")
    for statement in declaration.statements:
        if not is_extension(statement) and not _is_privilege(statement):
            yield statement
    names = [table.name for table in declaration.tables]
    made = catalogue_facts((yield from read(catalogue_selects(names, literal(schema)))))
    yield UNDO
    return made


def _is_privilege(statement: Statement) -> bool:
    """Whether a statement says what a role may do, which is compared without it."""
    return statement.sql.startswith(("GRANT ", "REVOKE "))


def is_extension(statement: Statement) -> bool:
    """Whether a statement makes an extension, which belongs to no schema of tables."""
    return statement.sql.startswith("CREATE EXTENSION")


def _said(error: TrueupError) -> str:
    native = f" ({error.native})" if error.native else ""
    return f"{error.what}{native}" + (f": {error.reply}" if error.reply_is_shown else "")


def _unknown(
    declared: Mapping[str, Value], live: Mapping[str, Value], why: Unknown
) -> Iterator[tuple[str, Value]]:
    """The live facts, if nothing could be made to compare them with."""
    for name, value in declared.items():
        found = live.get(name)
        if name in _IN_SQL or (name == "type" and _is_named(value)):
            yield name, found if found is None or found == {} else why
        elif isinstance(value, Mapping) and isinstance(found, Mapping):
            yield name, dict(_unknown(value, found, why))
        else:
            yield name, found


def _is_named(type_: Value) -> bool:
    """Whether a type is one of a schema, of which the server says the name in its own way."""
    return isinstance(type_, str) and '"' in type_


def _doubtful(
    declared: Mapping[str, Value], live: Mapping[str, Value], *, is_sql: bool = False
) -> Iterator[tuple[str, Value]]:
    """The live facts, of which those in SQL may differ by names that are still to change."""
    for name, value in declared.items():
        found = live.get(name)
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield name, dict(_doubtful(value, found, is_sql=is_sql or name in _IN_SQL))
        elif found is None or found == value or not (is_sql or name in (*_IN_SQL, "type")):
            yield name, found
        else:
            yield name, _RENAMED


def _beyond(declared: Mapping[str, Value], live: Facts) -> dict[str, dict[str, Value]]:
    """What a table has beyond its declaration, by kind and name."""
    objects = _part(declared, "objects")
    found: dict[str, dict[str, Value]] = {}
    for kind in _ONE:
        known = _part(declared, kind)
        found[kind] = {
            name: value
            for name, value in live[kind].items()
            if name not in known
            and f"trigger {name}" not in objects
            and not _is_halfway(kind, name, declared)
        }
    found["row_security"] = _beyond_security(_part(declared, "row_security"), live["row_security"])
    return found


def _is_halfway(kind: str, name: str, declared: Mapping[str, Value]) -> bool:
    """Whether a part is what an interrupted change left, with which the next run goes on."""
    if kind == "indexes":
        return name in _part(declared, "constraints")
    columns = _part(declared, "columns")
    return kind == "constraints" and any(
        name == filled_name(column) and isinstance(value, Mapping) and value["required"]
        for column, value in columns.items()
    )


def _beyond_security(secured: Mapping[str, Value], live: Facts) -> dict[str, Value]:
    """Row-level security, and policies, that the declaration does not have."""
    known = _part(secured, "policies")
    found: dict[str, Value] = {"enabled": True} if live["enabled"] and not secured else {}
    policies = {name: text for name, text in live["policies"].items() if name not in known}
    return found | ({"policies": policies} if policies else {})


def _undeclared(beyond: Mapping[str, Mapping[str, Value]]) -> Iterator[str]:
    """The same for people: `column former`."""
    for kind, one in _ONE.items():
        yield from (f"{one} {name}" for name in beyond[kind])
    yield from beyond["objects"]
    yield from (f"privilege {name}" for name in beyond["privileges"])
    if "enabled" in beyond["row_security"]:
        yield "row security"
    yield from (f"policy {name}" for name in _part(beyond["row_security"], "policies"))


def _former(former: Mapping[Path, str]) -> Iterator[str]:
    """The parts that have another name than declared, for people."""
    for (kind, *names), name in former.items():
        one = "label" if len(names) > 1 else _ONE.get(kind, "type")
        yield f"{one} {name}, which is declared as {names[-1]}"


def _part(facts: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
