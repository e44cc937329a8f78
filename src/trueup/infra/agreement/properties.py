"""Properties of a declared resource beside those that a template has in their place.

Only what is declared is compared, with what switches a resource off, or opens it, if it is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..._dataclass import dataclass
from ...schema.facts import Difference, Path, Unknown, Value
from ...schema.severity import Severity
from ...templates.template import Resolved, TemplateResource, Unresolved
from .consequences import severity_of_property
from .policies import Rule, compared_rules, is_policy, policy_in, rules_of
from .references import References


@dataclass(frozen=True, slots=True)
class Sides:
    """Words for the references of both sides."""

    declared: References
    found: References


_DEFAULTS: Mapping[str, Mapping[str, Resolved]] = {
    "AWS::CloudWatch::Alarm": {"ActionsEnabled": True},
    "AWS::CloudWatch::CompositeAlarm": {"ActionsEnabled": True, "actions_enabled": True},
    "AWS::Lambda::EventSourceMapping": {
        **{"Enabled": True, "enabled": True, "FilterCriteria": None, "filter_criteria": None}
    },
    "AWS::Lambda::Function": {
        "ReservedConcurrentExecutions": None,
        "reserved_concurrent_executions": None,
    },
    "AWS::IAM::Role": {
        **{"ManagedPolicyArns": None, "managed_policy_arns": None, "PermissionsBoundary": None},
        "Policies": None,
    },
}
"""What a resource has that does not say it, if another value makes another resource of it."""
_IDENTITIES = ("Name", "Key", "Id", "id", "PolicyName")
_ORDERED = ("Layers", "layers", "Command", "command", "EntryPoint")
_FILES = ("Code", "filename", "source_code_hash", "s3_bucket", "s3_key", "s3_object_version")
"""Where a program is uploaded to: whoever deploys writes another place there."""
_FUNCTIONS = ("FunctionName", "function_name")
"""Properties that take the name of a function or its ARN."""
_IGNORED = ("//", "depends_on", "lifecycle", *_FILES)


@dataclass(frozen=True, slots=True)
class Compared:
    """A property of both sides. inner: where it stands in the template."""

    difference: Difference
    severity: Severity
    inner: Path = ()


def compared_properties(
    declared: TemplateResource, found: TemplateResource, sides: Sides
) -> Iterator[Compared]:
    """Each declared property beside the one found."""
    comparing = _Comparing(declared.type, sides)
    doubt = found.attributes.get("Properties")
    if isinstance(doubt, Unknown):
        yield Compared(Difference(("resource",), "a resource", doubt), Severity.HIGH)
        return
    defaults = _DEFAULTS.get(declared.type, {})
    told = {**defaults, **declared.properties}
    for name, value in told.items():
        there = found.properties.get(name, defaults.get(name))
        is_usual = name not in declared.properties and there in (value, None, [], {})
        if name not in _IGNORED and not is_usual:
            yield from comparing.values(value, there, (name,), (name,))
    kept = declared.attributes.get("DeletionPolicy")
    if kept is not None and ("DeletionPolicy" in found.attributes or "." not in found.id):
        policy = found.attributes.get("DeletionPolicy", "Delete")
        yield from comparing.values(kept, policy, ("DeletionPolicy",), ())


@dataclass(frozen=True, slots=True)
class _Comparing:
    """kind: the type of the resource."""

    kind: str
    sides: Sides

    def values(
        self, declared: Resolved, found: Resolved, path: Path, inner: Path
    ) -> Iterator[Compared]:
        """The declared values below a path, each with the one found in its place."""
        if path[-1] == "Policies" and isinstance(declared or found, list):
            yield self._policies(_documents(declared), _documents(found), path, inner)
        elif is_policy(path[-1], declared) and (found is None or policy_in(found)):
            yield self._policies([declared], [found] if found else [], path, inner)
        elif isinstance(declared, Mapping) and isinstance(found, Mapping):
            for name, value in declared.items():
                yield from self.values(value, found.get(name), (*path, name), (*inner, name))
        elif isinstance(declared, list) and isinstance(found, list):
            yield from self._lists(declared, found, path, inner)
        else:
            yield self._leaf(declared, found, path, inner)

    def _lists(
        self, declared: list[Any], found: list[Any], path: Path, inner: Path
    ) -> Iterator[Compared]:
        key = _identity([*declared, *found])
        if not key:
            yield self._leaf(declared, found, path, inner)
            return
        there = {one[key]: number for number, one in enumerate(found)}
        for one in declared:
            number = there.pop(one[key], None)
            found_one = None if number is None else found[number]
            place = inner if number is None else (*inner, str(number))
            yield from self.values(one, found_one, (*path, str(one[key])), place)
        if path[-1] not in ("Tags", "tags"):  # a stack adds its own
            for name, number in there.items():
                place = (*inner, str(number))
                yield self._leaf(None, found[number], (*path, str(name)), place)

    def _leaf(self, declared: Resolved, found: Resolved, path: Path, inner: Path) -> Compared:
        wanted = _plain(declared, self.sides.declared.worded, path)
        there = _plain(found, self.sides.found.worded, path)
        said: Value = there
        if wanted == there or _is_given(declared, found):
            said = wanted
        elif doubt := _doubt(found):
            said = doubt
        return Compared(
            Difference(path, wanted, said), severity_of_property(self.kind, path), inner
        )

    def _policies(
        self, declared: Sequence[Any], found: Sequence[Any], path: Path, inner: Path
    ) -> Compared:
        unread = next((one for one in found if isinstance(one, Unknown)), None)
        if unread:
            return Compared(Difference(path, "a policy", unread), Severity.CRITICAL, inner)
        wanted, there = (
            _rules(declared, self.sides.declared.worded),
            _rules(found, self.sides.found.worded),
        )
        difference, severity = compared_rules(wanted, there, path)
        return Compared(difference, severity, inner)


def _is_given(declared: Resolved, found: Resolved) -> bool:
    """Whether a template has a text where a parameter is declared, which is any text."""
    if isinstance(declared, list) and isinstance(found, list):
        pairs = zip(declared, found, strict=False)
        return len(declared) == len(found) > 0 and all(_is_given(*pair) for pair in pairs)
    return _is_parameter(declared) and isinstance(found, str) and bool(found)


def _is_parameter(value: object) -> bool:
    """Whether a value is a parameter, which is given on deployment."""
    if not isinstance(value, Unresolved) or value.resource:
        return False
    return value.expression.startswith(("!Ref ", "${var."))


def _doubt(value: object) -> Unknown | None:
    """What is not known in a value; a reference to another resource is known."""
    if isinstance(value, Unknown):
        return None if isinstance(value, Unresolved) and value.resource else value
    inner: Sequence[object] = ()
    if isinstance(value, Mapping):
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    return next((doubt for one in inner if (doubt := _doubt(one))), None)


def _documents(policies: Resolved) -> list[Any]:
    """The documents of the policies of a role."""
    listed = policies if isinstance(policies, list) else []
    return [one.get("PolicyDocument") if isinstance(one, Mapping) else one for one in listed]


def _identity(elements: list[Any]) -> str:
    """The property by which elements of a list are told apart; empty if there is none."""
    for name in _IDENTITIES:
        if elements and all(
            isinstance(one, Mapping) and isinstance(one.get(name), str) for one in elements
        ):
            return name
    return ""


def _plain(value: Resolved, reference: Callable[[Unresolved], str], path: Path) -> Any:
    """A value as facts have them: numbers and flags from texts, lists in one order."""
    if isinstance(value, Unresolved):
        value = reference(value)
    if isinstance(value, Unknown):
        return value.why
    if isinstance(value, Mapping):
        return {name: _plain(one, reference, (name,)) for name, one in value.items()}
    if isinstance(value, list):
        plain = [_plain(one, reference, path) for one in value]
        is_ordered = path[-1] in _ORDERED
        return plain if is_ordered else sorted(plain, key=lambda one: json.dumps(one, default=str))
    if isinstance(value, str) and path[-1] in _FUNCTIONS:
        return value.rpartition(":function:")[2]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    """A number or a flag that may be written as a text; a float that is whole is an int."""
    if isinstance(value, str):
        if value in ("true", "false"):
            return value == "true"
        return int(value) if value.isdecimal() and len(value) < 10 else value
    return int(value) if isinstance(value, float) and value.is_integer() else _text_of(value)


def _text_of(value: Any) -> Any:
    return str(value) if isinstance(value, float) else value


def _rules(documents: Sequence[Any], reference: Callable[[Unresolved], str]) -> list[Rule]:
    policies = [policy for one in documents if (policy := policy_in(one))]

    def worded(value: Any) -> Any:
        return _plain(value, reference, ("",))

    return [rule for policy in policies for rule in rules_of(policy, worded)]
