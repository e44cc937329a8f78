"""The rules of DynamoDB's calls: limits as numbers, and missing capabilities.

Its limits of declarations are in `model/description/dynamodb.py`.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

from __future__ import annotations

from ...expressions import Includes, Intersects, Overlaps, Within
from ...operations.actions import Action
from ...operations.engine import Capabilities, Limits, Rules

REQUEST_BYTES = 16 * 1024 * 1024
"""The largest request of a batch, in bytes; larger batches are split.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

ITEM_BYTES = 400 * 1024
"""Source: "Items" of the page above."""

PAGE_BYTES = 1024 * 1024
"""Items of one page. Source: "Query and Scan" of the page above."""

BATCH_GET_BYTES = 16 * 1024 * 1024
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

TRANSACTION_BYTES = 4 * 1024 * 1024
"""Source: "DynamoDB transactions" of the page above."""

LIMITS = Limits(
    item_bytes=ITEM_BYTES,
    partition_key_bytes=2048,
    sort_key_bytes=1024,
    # Seen on AWS: https://github.com/nubo-db/dynoxide/issues/110 and, with what counts as a level,
    # https://github.com/ExtendDB/extenddb/pull/123. The page above says 32, the value included.
    depth=31,
    # https://github.com/scylladb/scylladb/issues/9169: 65,535 is the longest that AWS takes.
    name_bytes=65_535,
    transaction_actions=100,
    # "aggregate size" of API_TransactWriteItems.html; of an update or a delete the key counts, as
    # seen on AWS: https://github.com/ExtendDB/extenddb/pull/21
    transaction_bytes=TRANSACTION_BYTES,
    batch_get_keys=100,
    batch_write_items=25,
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    in_values=100,
    # "Expression parameters" of the page above. It speaks of operators and functions in updates;
    # AWS counts in conditions too: https://github.com/scylladb/scylladb/issues/14473
    expression_bytes=4096,
    expression_operators=300,
    expression_values_bytes=2 * 1024 * 1024,
)
"""Batches: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
and API_BatchGetItem.html."""

CAPABILITIES = Capabilities(
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
    consistent_index_reads=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    conditional_batches=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    images_in_transactions=False,
    # "at least one character long":
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    # Amazon's DynamoDB Local says "Empty attribute name", where some emulators store it.
    empty_names=False,
    sql=False,
    row_locks=False,
    copy=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
    filters_on_keys=False,
    # Of the functions of expressions, https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
    conditions=Capabilities().conditions - {Includes, Overlaps, Within, Intersects},
)


def _refuse(rules: Rules, action: Action) -> None:
    from .compile.texts import refuse_expressions

    refuse_expressions(rules, action)


RULES = Rules("dynamodb", LIMITS, CAPABILITIES, refuse=_refuse)
