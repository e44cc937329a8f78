"""Rules of event-source mappings: what their defaults do to a stream.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
"""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import TABLES, Links
from .part import Part

MAPPING = "AWS::Lambda::EventSourceMapping"
MOST_CONSUMERS = 2
_PARAMETERS = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html"
_ERRORS = "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-errors.html"

NO_STREAM = Rule(
    "T301",
    Severity.CRITICAL,
    "A function is mapped to the stream of a table that has none",
    "The deployment fails, or the function is never called.",
    "write the table's StreamSpecification",
    _PARAMETERS,
)
NO_DEAD_LETTERS = Rule(
    "T302",
    Severity.HIGH,
    "Records that a function cannot handle go nowhere",
    "They are dropped when the retries end, and nothing says which they were.",
    "write DestinationConfig: {OnFailure: {Destination: ...}}, a queue or a bucket",
    _ERRORS,
)
NO_BISECT = Rule(
    "T303",
    Severity.MEDIUM,
    "A failed batch is not halved",
    "One bad record makes its whole batch fail, again and again, with all that is behind it.",
    "write BisectBatchOnFunctionError: true",
    _ERRORS,
)
ENDLESS = Rule(
    "T304",
    Severity.HIGH,
    "A failed batch is tried again until its records are gone",
    "One bad record stops its shard for a day, which is how long the stream keeps records.",
    "write MaximumRetryAttempts and MaximumRecordAgeInSeconds",
    _ERRORS,
)
WHOLE_BATCHES = Rule(
    "T305",
    Severity.MEDIUM,
    "A function does not say which records of a batch failed",
    "The whole batch is tried again, with the records that were handled.",
    "write FunctionResponseTypes: [ReportBatchItemFailures], and return the failures",
    "https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html",
)
NO_START = Rule(
    "T306",
    Severity.CRITICAL,
    "A mapping on a stream says not where it starts",
    "The deployment fails.",
    "write StartingPosition: TRIM_HORIZON, or LATEST, which passes over what was written before",
    _PARAMETERS,
)
MANY_CONSUMERS = Rule(
    "T307",
    Severity.HIGH,
    "More than two functions read one stream",
    "Readers of a shard beyond two are throttled, all of them.",
    "let one function pass the records on, or use Kinesis Data Streams",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
)

FIXED_STREAM = Rule(
    "T308",
    Severity.HIGH,
    "A function is mapped to one stream of a table, for good",
    "Another view, or the table made anew, is another stream: the function stays on the old one.",
    "refer to the table's stream: !GetAtt Orders.StreamArn, or Terraform's stream_arn",
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html",
)


def _is_on_stream(mapping: Part, links: Links) -> bool:
    """Whether the source is the stream of a table; not a queue, and not Kinesis."""
    source = mapping["EventSourceArn"]
    if links.named(source, *TABLES) is not None:
        return True
    if source.is_unknown:
        return mapping["StartingPosition"].is_there
    return ":dynamodb:" in source.text()


def no_stream(mapping: Part, links: Links) -> Iterator[Found]:
    """Tables of the template without a stream."""
    table = links.named(mapping["EventSourceArn"], *TABLES)
    if table is not None and table["StreamSpecification"].known() is None:
        yield mapping["EventSourceArn"], f"the table {table.resource.id} has no stream"


def no_dead_letters(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings without a destination."""
    destination = mapping.at("DestinationConfig", "OnFailure", "Destination")
    if _is_on_stream(mapping, links) and not destination.is_there:
        yield mapping, "it has no destination for failures"


def no_bisect(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings that do not halve."""
    if _is_on_stream(mapping, links) and not mapping["BisectBatchOnFunctionError"].flag():
        yield mapping["BisectBatchOnFunctionError"], "it does not halve failed batches"


def endless(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings without an end of retries, by number or by age."""
    retries, age = mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]
    if _is_on_stream(mapping, links) and retries.number(-1) == age.number(-1) == -1:
        yield retries, "it retries without end"


def whole_batches(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings without partial responses."""
    types = mapping["FunctionResponseTypes"]
    if _is_on_stream(mapping, links) and "ReportBatchItemFailures" not in [
        one.text() for one in types
    ]:
        yield types, "it takes no word of single records"


def no_start(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings without a position."""
    if _is_on_stream(mapping, links) and not mapping["StartingPosition"].is_there:
        yield mapping, "it has no StartingPosition"


def many_consumers(mapping: Part, links: Links) -> Iterator[Found]:
    """The third mapping on a table, and later ones."""
    own = links.named(mapping["EventSourceArn"], *TABLES)
    if own is None:
        return
    sisters = []
    for other in links.of_type(MAPPING):
        table = links.named(other["EventSourceArn"], *TABLES)
        if table is not None and table.resource is own.resource:
            sisters.append(other.resource)
    if sisters.index(mapping.resource) >= MOST_CONSUMERS:
        yield mapping, f"the stream of {own.resource.id} has {len(sisters)} readers"


def fixed_stream(mapping: Part, links: Links) -> Iterator[Found]:
    """Mappings on the written ARN of a stream whose table is in the template."""
    source = mapping["EventSourceArn"]
    table = None if source.is_unknown else links.named(source, *TABLES)
    if table is not None and "/stream/" in source.text():
        yield source, f"{table.resource.id} may have another stream than {source.text()}"


CHECKS = (
    TemplateCheck(NO_STREAM, (MAPPING,), no_stream),
    TemplateCheck(NO_DEAD_LETTERS, (MAPPING,), no_dead_letters),
    TemplateCheck(NO_BISECT, (MAPPING,), no_bisect),
    TemplateCheck(ENDLESS, (MAPPING,), endless),
    TemplateCheck(WHOLE_BATCHES, (MAPPING,), whole_batches),
    TemplateCheck(NO_START, (MAPPING,), no_start),
    TemplateCheck(MANY_CONSUMERS, (MAPPING,), many_consumers),
    TemplateCheck(FIXED_STREAM, (MAPPING,), fixed_stream),
)
