"""Rules of outputs, which other stacks and programs take for values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...schema.severity import Severity
from ...templates.template import Unresolved
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import TABLES, Links
from .part import Part

OUTPUTS = "Outputs"
"""All outputs of a template, as if they were the properties of a resource."""
_NOTHING = re.compile(r"|-|\?|n/?a|none|null|nil|undefined|unknown|todo|tbd|xxx+", re.I)
_IN_IF = re.compile(
    r"""!If .*(?<![\w/-])["']?(?:N/A|n/a|undefined|null|none|NONE)["']?(?![\w/-])"""
)
_OUTPUTS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html"
)

PLACEHOLDER = Rule(
    "T801",
    Severity.HIGH,
    "An output holds a text in place of a value",
    "Who imports it takes N/A for an ARN, and fails later, elsewhere.",
    "leave the output out where there is no value: a Condition of the output",
    _OUTPUTS,
)
ABSENT_STREAM = Rule(
    "T802",
    Severity.CRITICAL,
    "An output is the stream of a table that has none",
    "The deployment fails.",
    "write the table's StreamSpecification, or drop the output",
    _OUTPUTS,
)


def placeholder(outputs: Part, _: Links) -> Iterator[Found]:
    """Texts that say that there is nothing, those of a condition among them."""
    for name, part in outputs.entries():
        value = part.value
        if isinstance(value, str) and _NOTHING.fullmatch(value):
            yield part, f"{name} is {value!r}"
        elif isinstance(value, Unresolved) and _IN_IF.search(value.expression):
            yield part, f"{name} is a text where the condition fails: {value.expression}"


def absent_stream(outputs: Part, links: Links) -> Iterator[Found]:
    """Streams of tables without one."""
    for name, part in outputs.entries():
        value = part.value
        if isinstance(value, Unresolved) and value.attribute == "StreamArn":
            table = links.named(part, *TABLES)
            if table is not None and table["StreamSpecification"].known() is None:
                yield part, f"{name} is the stream of {table.resource.id}, which has none"


CHECKS = (
    TemplateCheck(PLACEHOLDER, (OUTPUTS,), placeholder),
    TemplateCheck(ABSENT_STREAM, (OUTPUTS,), absent_stream),
)
