"""The rules of code: each mistake, explained once."""

from __future__ import annotations

from collections.abc import Sequence

from ....schema.severity import Severity
from ...rule import Rule

_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_API = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference"

UNREAD = Rule(
    "C000",
    Severity.HIGH,
    "A file could not be read",
    "What it does with tables is not known, so that nothing that is found is complete.",
    "mend the file, or check a folder without it",
)
UNDECLARED = Rule(
    "C001",
    Severity.CRITICAL,
    "A table is used and not declared",
    "No template or declaration below the folder makes it: calls fail with "
    "ResourceNotFoundException unless somebody made it by hand.",
    "declare the table, or correct its name",
    f"{_GUIDE}/Programming.Errors.html",
)
NAME = Rule(
    "C002",
    Severity.HIGH,
    "The name of a table is not known",
    "It is decided when the code runs: by a variable without a default, which another function or "
    "script may lack, or by a caller.",
    "give the variable a default, or name the table by a constant",
)
UNUSED = Rule(
    "C003",
    Severity.LOW,
    "A table is declared and not used",
    "No code below the folder calls it: it may be used by other code, or is left over.",
    "confirm with its owner, or remove it",
)
SCAN = Rule(
    "C004",
    Severity.MEDIUM,
    "A table is scanned",
    "A scan reads and costs every item, with or without a filter.",
    "query by a key, or an index made for the question",
    f"{_GUIDE}/bp-query-scan.html",
)
UNBOUNDED = Rule(
    "C005",
    Severity.MEDIUM,
    "A query in a loop has no limit",
    "Each turn reads a page of up to 1 MB, until the partition ends.",
    "give it a Limit, and end when there are enough",
    f"{_API}/API_Query.html",
)
FILTER = Rule(
    "C006",
    Severity.MEDIUM,
    "A filter stands in for a key",
    "A filter is applied after items were read, and paid for; a condition on a key is not.",
    "name the key in KeyConditionExpression, on its index",
    f"{_GUIDE}/Query.FilterExpression.html",
)
NO_INDEX = Rule(
    "C007",
    Severity.HIGH,
    "A query names an index that is not declared",
    "The call fails with ValidationException.",
    "declare the index, or name one that is declared",
    f"{_API}/API_Query.html",
)
REVERSE = Rule(
    "C008",
    Severity.HIGH,
    "A question runs against the key, and has no index",
    "It asks by the sort key, or by the key of an index that it does not name: a query fails, and "
    "a scan reads the whole table.",
    "declare an index whose partition key it is, and query that",
    f"{_GUIDE}/bp-indexes.html",
)
NOT_A_KEY = Rule(
    "C009",
    Severity.HIGH,
    "A key condition names an attribute that is no key",
    "The call fails with ValidationException: Query condition missed key schema element.",
    "name the key of the table or index, or make an index",
    f"{_GUIDE}/Query.KeyConditionExpressions.html",
)
MISSING = Rule(
    "C010",
    Severity.MEDIUM,
    "A condition names an attribute that nothing writes",
    "All writes of the table are known, and none has it: the condition is always or never true.",
    "correct the name, or write the attribute",
)
CREATE = Rule(
    "C011",
    Severity.MEDIUM,
    "What creates an item does not refuse to do so twice",
    "A request that is sent again, or two at once, replace what is there.",
    "add ConditionExpression='attribute_not_exists(…)' on the partition key",
    f"{_GUIDE}/Expressions.ConditionExpressions.html",
)
RESERVED_WORD = Rule(
    "C012",
    Severity.HIGH,
    "A reserved word stands in an expression",
    "The call fails with ValidationException: Attribute name is a reserved keyword.",
    "write #name, and give its meaning in ExpressionAttributeNames",
    f"{_GUIDE}/ReservedWords.html",
)
NO_STREAM = Rule(
    "C013",
    Severity.HIGH,
    "Change records are read of a table without a stream",
    "The function is never called.",
    "declare the stream of the table",
    f"{_GUIDE}/Streams.html",
)
NO_GRANT = Rule(
    "C014",
    Severity.HIGH,
    "A transaction checks a condition and may not",
    "ConditionCheckItem is an action of its own; without it the whole transaction is denied.",
    "allow dynamodb:ConditionCheckItem on the table, or declare the check of the function",
    f"{_GUIDE}/transaction-apis-iam.html",
)
UNPROCESSED = Rule(
    "C015",
    Severity.HIGH,
    "What a batch leaves is not sent again",
    "A batch that succeeds may leave items in UnprocessedItems: they are lost.",
    "send UnprocessedItems again with growing pauses, or use batch_writer()",
    f"{_API}/API_BatchWriteItem.html",
)
UNREAD_KEYS = Rule(
    "C016",
    Severity.HIGH,
    "What a batch does not read is not asked again",
    "A batch that succeeds may leave keys in UnprocessedKeys: their items look absent.",
    "ask for UnprocessedKeys again with growing pauses",
    f"{_API}/API_BatchGetItem.html",
)
RETRIES = Rule(
    "C017",
    Severity.LOW,
    "Retries stand around those of the SDK",
    "Each attempt makes several of its own: load multiplies when the table can bear least.",
    "configure the retries of the SDK: Config(retries={'mode': 'standard'})",
    f"{_GUIDE}/Programming.Errors.html",
)
BUILT = Rule(
    "C018",
    Severity.HIGH,
    "An expression is built from what callers give",
    "What they give may contain names, operators or conditions of its own.",
    "give values in ExpressionAttributeValues or Parameters, and names from a fixed list",
    f"{_GUIDE}/Expressions.ExpressionAttributeValues.html",
)
RULES: Sequence[Rule] = (
    UNREAD,
    UNDECLARED,
    NAME,
    UNUSED,
    SCAN,
    UNBOUNDED,
    FILTER,
    NO_INDEX,
    REVERSE,
    NOT_A_KEY,
    MISSING,
    CREATE,
    RESERVED_WORD,
    NO_STREAM,
    NO_GRANT,
    UNPROCESSED,
    UNREAD_KEYS,
    RETRIES,
    BUILT,
)
