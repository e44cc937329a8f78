"""Hiding: what of a document of Terraform may make, change or drop tables unseen.

Sources:
    https://developer.hashicorp.com/terraform/language/syntax/json
    https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..documents.nodes import Node
from .instances import Arguments, Instance, blocks, plain

_HOLDERS = (
    "awscc_dynamodb_table",
    "awscc_dynamodb_global_table",
    "aws_cloudformation_stack",
    "aws_cloudformation_stack_set",
    "aws_cloudcontrolapi_resource",
    "aws_dynamodb_global_table",
    "aws_servicecatalog_provisioned_product",
)
"""Types that are or hold tables, in forms that are not read here."""
_BLOCKS = ("module", "removed", "import", "moved")
_READ_A_PLAN = "is not read here: read a plan, by terraform show -json"
_UNKNOWN_NUMBER = f"how many of it there are {_READ_A_PLAN}"


def hidden_by_blocks(document: Node) -> Iterator[tuple[str, str]]:
    """The blocks of a configuration that make, take over or drop resources, with why."""
    names = document.value if isinstance(document.value, Mapping) else {}
    for kind in _BLOCKS:
        if kind in names and plain(names[kind]):
            place = f"{kind}, line {names[kind].line}"
            yield place, f"{kind}: which tables it makes, takes over or drops {_READ_A_PLAN}"


def hidden_by_document(given: Arguments) -> Iterator[tuple[str, str]]:
    """What a plan or a state says of itself, with why it may hide tables."""
    if given.get("errored") is True:
        yield "errored", "errored: Terraform could not plan all of it"
    if given.get("complete") is False:
        yield "complete", "complete is false: parts are not planned yet"
    for one in blocks(given.get("deferred_changes")):
        change = one.get("resource_change")
        address = str(change.get("address")) if isinstance(change, Mapping) else "?"
        yield f"deferred {address}", f"{address}: Terraform put it off: {one.get('reason')}"
    for one in blocks(given.get("resource_changes")):
        if one.get("deposed"):
            address = str(one.get("address"))
            yield f"deposed {address}", f"{address}: an old object of it is still there"


def hidden_by_types(instances: Iterable[Instance]) -> Iterator[tuple[str, str]]:
    """The resources that may be several, or hold tables, with why."""
    for one in instances:
        if one.address.endswith("[*]"):
            yield one.address, _UNKNOWN_NUMBER
        if one.type in _HOLDERS:
            yield one.address, f"which tables it makes is not read of {one.type}"
        if one.is_deposed:
            yield f"deposed {one.address}", f"{one.address}: an old object of it is still there"
