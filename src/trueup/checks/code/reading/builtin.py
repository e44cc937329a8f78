"""Functions of the standard library and of pydantic that pass values on."""

from __future__ import annotations

from ..uses import Site
from .containers import spread
from .values import Arguments, Hole, Items, Record, Text, Values, united

_ENVIRONMENT = frozenset({"os.environ", "environ", "process.env"})
_READS = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get"})
_SAME = frozenset(
    {"str", "typing.cast", "cast", "copy.copy", "copy.deepcopy", "deepcopy", "String"}
)
_LISTS = frozenset({"list", "tuple", "set", "sorted", "frozenset"})


def as_defaults(values: Values) -> Values:
    """The texts among them, as what may be replaced."""
    return tuple(
        Text(one.value, one.holes, may_differ=True) for one in values if isinstance(one, Text)
    )


def is_environment(path: str) -> bool:
    """Whether a name is the mapping of environment variables."""
    return path in _ENVIRONMENT


def variable(path: str, site: Site) -> Values | None:
    """`process.env.NAME`, or None."""
    head, _, name = path.rpartition(".")
    return (Hole("environment", name, site),) if head == "process.env" else None


def builtin_call(path: str, arguments: Arguments, site: Site) -> Values | None:
    """What a function returns; None if it is not one of these."""
    if path in _READS:
        return _from_environment(arguments, site)
    if path in _SAME:
        return arguments.positional[-1] if arguments.positional else ()
    if path == "dict":
        record = Record(dict(arguments.named), arguments.is_whole)
        spread(record, arguments.at(0))
        return (record,)
    if path in _LISTS:
        found = [one for one in arguments.at(0) if isinstance(one, Items)]
        members = [member for one in found for member in one.members]
        return (Items(members, not arguments.positional or bool(found)),)
    if path.endswith(("pydantic.Field", "dataclasses.field", "attr.ib", "attrs.field")):
        return arguments.at(0, "default") or ()
    if path == "enumerate":
        return _enumerated(arguments.at(0))
    return None


def _from_environment(arguments: Arguments, site: Site) -> Values:
    default = as_defaults(arguments.at(1, "default"))
    if default:
        return default
    return united(
        Hole("environment", one.value, site)
        for one in arguments.at(0, "key")
        if isinstance(one, Text)
    )


def _enumerated(values: Values) -> Values:
    return tuple(
        Items([(Items([(), member]),) for member in one.members], one.is_whole)
        for one in values
        if isinstance(one, Items)
    )
