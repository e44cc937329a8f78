"""The shadow: what the server makes of the declared tables, in a schema that is never committed.

The catalogue prints SQL in the server's words, and no text of it can be compared with ours. So the
declared tables are made beside the live ones, read in the same way, and undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from secrets import token_hex

from ....errors import TrueupError
from ....schema.facts import Path, Unknown, Value
from ....schema.tables import TableSchema
from ..payload import Rows, Statement, Steps, ask
from ..values.names import filled_name, literal, quote
from .catalogue import Facts, catalogue_facts, catalogue_selects, in_words_of
from .renames import backwards, forwards, pending, twins, with_twins

_SAVEPOINT = Statement("SAVEPOINT shadow")
_UNDO = Statement("ROLLBACK TO SAVEPOINT shadow")
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
_ONE = {
    "columns": "column",
    "constraints": "constraint",
    "indexes": "index",
    "triggers": "trigger",
}


def live_facts(
    tables: Sequence[TableSchema], names: Sequence[str], statements: Sequence[Statement]
) -> Steps[dict[str, Facts]]:
    """The facts of existing tables among `names`, in the words of their declarations where both
    mean the same.

    tables: all relational tables of the layer. statements: the SQL that creates them.
    """
    live = catalogue_facts((yield from _read(catalogue_selects(names))))
    declared = {table.name: table.facts for table in tables if table.name in live}
    if not declared:
        return live
    renames = pending(tables, live)
    made = yield from _made(tables, [*statements, *backwards(renames)])
    for name, facts in declared.items():
        former = dict(renames[name])
        found = forwards(live[name], former)
        if isinstance(made, Unknown):
            live[name] = dict(_unknown(facts, found, made))
        else:
            expected = forwards(made[name], former)
            former |= twins(facts, found, expected)
            found = with_twins(found, expected, former)
            live[name] = dict(in_words_of(facts, found, expected))
        beyond = _beyond(facts, found)
        undeclared = [*_undeclared(beyond), *_former(former)]
        live[name] |= {"undeclared": undeclared, "beyond": beyond, "former": former}
    return live


def _read(selects: Sequence[Statement]) -> Steps[list[Rows]]:
    replies = []
    for select in selects:
        replies.append((yield from ask(select)))
    return replies


def _made(
    tables: Sequence[TableSchema], statements: Sequence[Statement]
) -> Steps[dict[str, Facts] | Unknown]:
    """The facts of the declared tables, as the server made them; unknown if it made none."""
    schema = f"trueup_shadow_{token_hex(6)}"
    path = f"{literal(quote(schema))} || ', ' || current_setting('search_path')"
    yield _SAVEPOINT
    made: dict[str, Facts] | Unknown
    try:
        yield Statement(f"CREATE SCHEMA {quote(schema)}")
        yield Statement(f"SELECT set_config('search_path', {path}, true)")
        for statement in statements:
            if not statement.sql.startswith("CREATE EXTENSION"):
                yield statement
        selects = catalogue_selects([table.name for table in tables], literal(schema))
        made = catalogue_facts((yield from _read(selects)))
    except TrueupError as error:
        made = Unknown(f"the declared tables could not be made to compare: {_said(error)}")
    yield _UNDO
    return made


def _said(error: TrueupError) -> str:
    native = f" ({error.native})" if error.native else ""
    return f"{error.what}{native}" + (f": {error.reply}" if error.reply_is_shown else "")


def _unknown(
    declared: Mapping[str, Value], live: Mapping[str, Value], why: Unknown
) -> Iterator[tuple[str, Value]]:
    """The live facts, if nothing could be made to compare them with."""
    for name, value in declared.items():
        found = live.get(name)
        if name in _IN_SQL:
            yield name, found if found is None or found == {} else why
        elif isinstance(value, Mapping) and isinstance(found, Mapping):
            yield name, dict(_unknown(value, found, why))
        else:
            yield name, found


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
    if "enabled" in beyond["row_security"]:
        yield "row security"
    yield from (f"policy {name}" for name in _part(beyond["row_security"], "policies"))


def _former(former: Mapping[Path, str]) -> Iterator[str]:
    """The parts that have another name than declared, for people."""
    for path, name in former.items():
        kind = "label" if len(path) > 2 else _ONE.get(path[0], "type")
        yield f"{kind} {name}, which is declared as {path[-1]}"


def _part(facts: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
