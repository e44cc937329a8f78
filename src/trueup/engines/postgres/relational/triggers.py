"""Triggers as SQL, with the functions that they call.

`CREATE OR REPLACE` makes them again without an error. Functions name nothing but NEW and OLD, so
that they work with any search_path, also when a dump is restored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ....errors import unhandled
from ....model.declarations.relational import (
    CountUpdates,
    Relational,
    TouchOnUpdate,
    Transitions,
)
from ..values.names import dollar_quoted, literal, quote, short_name
from ..values.types import Form
from .constraints import Naming

_Trigger = TouchOnUpdate | CountUpdates | Transitions


def functions_of(settings: Relational, naming: Naming) -> dict[str, str]:
    """The statements that create the functions, by name."""
    return {
        _function_name(trigger, naming): _function(trigger, naming) for trigger in settings.triggers
    }


def triggers_of(settings: Relational, naming: Naming) -> dict[str, str]:
    """The statements that create the triggers, by name."""
    found = {}
    for trigger in settings.triggers:
        name = trigger_name(trigger, naming)
        found[name] = (
            f"CREATE OR REPLACE TRIGGER {quote(name)} BEFORE UPDATE ON {naming.quoted} "
            f"FOR EACH ROW EXECUTE FUNCTION {quote(_function_name(trigger, naming))}()"
        )
    return found


def _kind(trigger: _Trigger) -> str:
    match trigger:
        case TouchOnUpdate():
            return "touch"
        case CountUpdates():
            return "count"
        case Transitions():
            return "transitions"
        case _:
            raise unhandled(trigger)


def trigger_name(trigger: _Trigger, naming: Naming) -> str:
    """The name of a trigger."""
    return trigger.trigger or naming.made((trigger.field,), _kind(trigger))


def _function_name(trigger: _Trigger, naming: Naming) -> str:
    if trigger.function:
        return trigger.function
    if isinstance(trigger, Transitions):  # it knows the values of one table
        return naming.made((trigger.field,), _kind(trigger))
    column = naming.column[trigger.field]
    form = "_seconds" if column.form is Form.SECONDS else ""
    return short_name(f"{_kind(trigger)}{form}_{column.name}")


def _function(trigger: _Trigger, naming: Naming) -> str:
    lines = "\n  ".join(_body(trigger, naming))
    body = f"\nBEGIN\n  {lines}\n  RETURN NEW;\nEND\n"
    return (
        f"CREATE OR REPLACE FUNCTION {quote(_function_name(trigger, naming))}() RETURNS trigger\n"
        f"LANGUAGE plpgsql AS {dollar_quoted(body)}"
    )


def _body(trigger: _Trigger, naming: Naming) -> Iterator[str]:
    column = naming.column[trigger.field]
    name = quote(column.name)
    match trigger:
        case TouchOnUpdate():
            now = "date_trunc('second', now())" if column.form is Form.SECONDS else "now()"
            yield f"NEW.{name} := {now};"
        case CountUpdates():
            yield f"IF NEW.{name} IS NOT DISTINCT FROM OLD.{name} THEN"
            yield f"  NEW.{name} := OLD.{name} + 1;"
            yield "END IF;"
        case Transitions():
            yield from _transitions(trigger, name, trigger_name(trigger, naming))
        case _:
            raise unhandled(trigger)


def _transitions(trigger: Transitions, name: str, constraint: str) -> Iterator[str]:
    """A change that is not allowed fails as a CHECK of this name does."""
    pairs = [
        (before, after) for before, following in trigger.allowed.items() for after in following
    ]
    allowed = " OR ".join(_allowed(pairs, f"OLD.{name}", f"NEW.{name}")) or "false"
    yield f"IF OLD.{name} IS DISTINCT FROM NEW.{name} AND NOT coalesce({allowed}, false) THEN"
    yield f"  RAISE EXCEPTION {literal(f'{trigger.field} may not change in this way')}"
    yield f"  USING ERRCODE = 'check_violation', CONSTRAINT = {literal(constraint)};"
    yield "END IF;"


def _allowed(pairs: Sequence[tuple[str | None, str | None]], old: str, new: str) -> Iterator[str]:
    """Conditions of which one holds for an allowed change; what is not listed may make NULL."""
    values = [f"({literal(a)}, {literal(b)})" for a, b in pairs if a is not None and b is not None]
    if values:
        yield f"({old}::text, {new}::text) IN ({', '.join(values)})"
    for before, after in pairs:
        if before is None and after is not None:
            yield f"({old} IS NULL AND {new}::text = {literal(after)})"
        elif before is not None and after is None:
            yield f"({old}::text = {literal(before)} AND {new} IS NULL)"
