"""What DynamoDB can do."""

from __future__ import annotations

from ...operations.engine import Capabilities

CAPABILITIES = Capabilities(
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
    consistent_index_reads=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    conditional_batches=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    images_in_transactions=False,
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html
    filters_on_keys=False,
)
