"""Instances: the resources of a document of Terraform, each with its arguments, by its address.

Sources:
    https://developer.hashicorp.com/terraform/internals/json-format (plans and states, as
        `terraform show -json` writes them)
    https://developer.hashicorp.com/terraform/language/syntax/json (configurations)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from ..._dataclass import dataclass
from ...schema.facts import Unknown
from ..documents.nodes import Node
from ..template import Resolved, unresolved

Arguments = Mapping[str, Resolved]

_INDEX = re.compile(r"\[[^\]]*\]")
_TABLE = "aws_dynamodb_table"
_FILLED_IN = (
    *("arn", "id", "region", "stream_arn", "stream_label", "stream_view_type", "tags_all"),
    *("point_in_time_recovery", "server_side_encryption", "ttl", "warm_throughput"),
    *("read_capacity", "write_capacity"),
)
"""The arguments of a table that the provider computes, if nobody says them.
Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/dynamodb/table.go"""
_AFTER_APPLY = "it is known after apply"


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource. values: its arguments; blocks are lists of mappings.

    references: by argument, what an expression refers to: `aws_dynamodb_table.orders.arn`.
    lines: of arguments; empty where the document has none that a person wrote.
    doubt: why it is not known whether it is there, or what all of it is. is_deposed: whether it is
        an old object that another has replaced.
    """

    address: str
    type: str
    values: Arguments
    references: Mapping[str, Sequence[str]] = field(default_factory=dict)
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)
    doubt: Unknown | None = None
    is_deposed: bool = False

    def block(self, name: str) -> Arguments | None:
        """The only block of a name; None if there is none."""
        return first_block(self.values.get(name))


def first_block(value: Resolved) -> Arguments | None:
    """A block, which stands alone or in a list; None if there is none."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return first_block(value[0])
    return None


def blocks(value: Resolved) -> list[Arguments]:
    """All blocks of a name."""
    if isinstance(value, Mapping):
        return [value]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [one for one in value if isinstance(one, Mapping)]
    return []


def plain(node: Node) -> Resolved:
    """A document as plain values."""
    value = node.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value]


def planned(document: Mapping[str, Resolved]) -> Iterator[Instance]:
    """The resources of a plan, as they are after it."""
    changes = {
        str(change["address"]): _at(change, "change")
        for change in blocks(document.get("resource_changes"))
        if "address" in change and not change.get("deposed")
    }
    root = _at(document, "configuration", "root_module")
    for one in _resources(_at(document, "planned_values", "root_module")):
        address = str(one.get("address", ""))
        declared = _declared(root, address)
        expressions = first_block(declared.get("expressions")) or {}
        change = changes.get(address, {})
        after = change.get("after_unknown")
        merged = _merged(one.get("values"), after, expressions)
        if one.get("type") == _TABLE and isinstance(merged, Mapping):
            merged = {**merged, **dict(_undecided(after, expressions))}
        yield Instance(
            address,
            str(one.get("type", "")),
            merged if isinstance(merged, Mapping) else {},
            {name: _references(value) for name, value in expressions.items()},
            doubt=_doubt_of_plan(change) or _doubt_of_provider(declared.get("provider_config_key")),
        )


def stored(document: Mapping[str, Resolved]) -> Iterator[Instance]:
    """The resources of a state, as `terraform show -json` writes it."""
    for one in _resources(_at(document, "values", "root_module")):
        values = one.get("values")
        if isinstance(values, Mapping):
            address = str(one.get("address", ""))
            yield Instance(
                address,
                str(one.get("type", "")),
                values,
                doubt=_tainted(address) if one.get("tainted") else None,
                is_deposed=bool(one.get("deposed_key")),
            )


def in_state_file(document: Mapping[str, Resolved]) -> Iterator[Instance]:
    """The resources of a file `terraform.tfstate`."""
    for one in blocks(document.get("resources")):
        if one.get("mode") != "managed":
            continue
        module = f"{one['module']}." if one.get("module") else ""
        address = f"{module}{one.get('type')}.{one.get('name')}"
        for instance in blocks(one.get("instances")):
            values = instance.get("attributes")
            key = instance.get("index_key")
            index = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
            if isinstance(values, Mapping):
                is_tainted = instance.get("status") == "tainted"
                provider = str(one.get("provider") or "").rpartition("]")[2]
                yield Instance(
                    address + index,
                    str(one.get("type")),
                    values,
                    doubt=_tainted(address) if is_tainted else _doubt_of_provider(provider),
                    is_deposed=bool(instance.get("deposed")),
                )
            else:
                unread = unresolved(address, "the state has no attributes of it")
                yield Instance(address + index, str(one.get("type")), {}, doubt=unread)


def _undecided(after: Resolved, expressions: Arguments) -> Iterator[tuple[str, Resolved]]:
    """The arguments of a table that are known after apply, and that AWS does not fill in."""
    for name, is_unknown in _at(after).items():
        if is_unknown is True and name not in _FILLED_IN and not _references(expressions.get(name)):
            yield name, unresolved(name, _AFTER_APPLY)


def _doubt_of_plan(change: Arguments) -> Unknown | None:
    """Why it is not known what is there after a change of a plan."""
    actions = change.get("actions")
    if change.get("after_unknown") is True:
        return unresolved("after_unknown", "all of it is known after apply")
    if isinstance(actions, list) and "delete" in actions and len(actions) > 1:
        return unresolved(" ".join(map(str, actions)), "the plan replaces it, with what is in it")
    return None


def _doubt_of_provider(provider: Resolved) -> Unknown | None:
    """Why it is not known where a resource is made; the default provider is meant."""
    if not isinstance(provider, str) or "." not in provider:
        return None
    name = provider.rpartition(":")[2]
    why = "it may be one of another region or account"
    return unresolved(f"provider {name}", why) if "." in name else None


def _tainted(address: str) -> Unknown:
    return unresolved(f"tainted {address}", "the next apply drops it, and makes it again")


def _resources(module: Arguments) -> Iterator[Arguments]:
    """The managed resources of a module and of those that it calls."""
    opened = [module]
    while opened:
        at = opened.pop()
        for one in blocks(at.get("resources")):
            if one.get("mode", "managed") == "managed":
                yield one
        opened += blocks(at.get("child_modules"))


def _at(value: Resolved, *names: str) -> Arguments:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _declared(root: Arguments, address: str) -> Arguments:
    """The resource in the configuration that an address is an instance of."""
    *modules, kind, name = _INDEX.sub("", address).split(".")
    at = root
    for module in modules[1::2]:
        at = _at(at, "module_calls", module, "module")
    wanted = f"{kind}.{name}"
    return next((one for one in blocks(at.get("resources")) if one.get("address") == wanted), {})


def _merged(value: Resolved, unknown: Resolved, expression: Resolved) -> Resolved:
    """A value with what is known after apply in it, if it is configured; else it is the default."""
    if unknown is True:
        said = _references(expression)
        return unresolved(" ".join(said), _AFTER_APPLY) if said else value
    if isinstance(unknown, Mapping) and isinstance(value, Mapping):
        own = first_block(expression) or {}
        names = [*value, *(name for name in unknown if name not in value)]
        return {name: _merged(value.get(name), unknown.get(name), own.get(name)) for name in names}
    if isinstance(unknown, list) and isinstance(value, list):
        own_parts = blocks(expression)
        return [
            _merged(
                one,
                unknown[position] if position < len(unknown) else None,
                own_parts[position] if position < len(own_parts) else expression,
            )
            for position, one in enumerate(value)
        ]
    return value


def _references(expression: Resolved) -> list[str]:
    """What an expression refers to, each once, without the shorter forms of the same."""
    found = _at(expression).get("references")
    if isinstance(found, list):
        names = [str(one) for one in found]
        return [
            one for one in names if not any(o != one and o.startswith(f"{one}.") for o in names)
        ]
    return [
        name for one in blocks(expression) for value in one.values() for name in _references(value)
    ]
