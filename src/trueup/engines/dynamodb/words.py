"""What DynamoDB says when it refuses: which of its sentences hold no contents of an item.

Errors are told apart by code, and by words only where one code has several meanings. A sentence
that is not known here may quote a value: it is kept, and not shown.

Sources: the threads named below; messages have been the same for years.
    https://github.com/nubo-db/dynoxide/issues/97
    https://github.com/ministackorg/ministack/issues/1432
    https://github.com/aws/aws-sdk-js/issues/2565
    https://github.com/aws/aws-sdk-js/issues/4002
    https://github.com/AntonShuvaev/intellij-dynamodb/issues/29
    https://github.com/serverless/serverless/issues/2622 (tables changed simultaneously)
    https://github.com/aws-amplify/amplify-cli/issues/1054 (limited to once in 1 day(s))
"""

from __future__ import annotations

import re

_LONGEST = 1_000
_NAME = r"[\w.:#-]{1,255}"
_KIND = r"(?:S|N|B|BOOL|NULL|L|M|SS|NS|BS)"
_ARN = r"(?:arn:[\w:/.@=,+*-]{1,400}|\*)"
_TIME = r"\d{8}T\d{6}Z"
_INVALID = r"One or more parameter values (?:were invalid|are not valid)[:.] "

# As texts: most processes never meet any of them, and compiling takes a millisecond.
_KEYS_DIFFER = (
    r"The provided key element does not match the schema"
    rf"|{_INVALID}Type mismatch for (?:key|Index Key) {_NAME} [Ee]xpected: {_KIND} "
    rf"[Aa]ctual: {_KIND}(?: IndexName: {_NAME})?"
    rf"|{_INVALID}Missing the key {_NAME} in the item"
    rf"|{_INVALID}Condition parameter type does not match schema type"
    rf"|Query condition missed key schema element: {_NAME}"
    rf"|The table does not have the specified index(?:: {_NAME})?"
)
_NOT_ALLOWED = (
    rf"User: {_ARN} is not authorized to perform: (\w+:\w+) on resource: {_ARN}"
    r"(?: because no [\w -]+ policy allows the \w+:\w+ action"
    r"| with an explicit deny in an? [\w -]+ policy)?"
)
_CLOCK = (
    rf"Signature expired: {_TIME} is now earlier than {_TIME} \({_TIME} - \d+ min\.\)"
    rf"|Signature not yet current: {_TIME} is still later than {_TIME} \({_TIME} \+ \d+ min\.\)"
)
_REGION = r"Credential should be scoped to a valid region(?:, not '[\w-]{1,63}')?"
_AT_ONCE = r"simultaneously|are being updated"
_OTHERS = (
    r"Subscriber limit exceeded: [\w ,.():/-]{1,400}"
    r"|The security token included in the request is (?:expired|invalid)"
    r"|The request signature we calculated does not match the signature you provided\. Check your "
    r"AWS Secret Access Key and signing method\. Consult the service documentation for details"
    r"|Requested resource not found"
    rf"|Requested resource not found: Table: {_NAME} not found"
    r"|Cannot do operations on a non-existent table"
    r"|Item size (?:to update )?has exceeded the maximum allowed size"
    r"|Consistent reads are not supported on global secondary indexes"
    r"|Rate of requests exceeds the allowed throughput"
    r"|The level of configured provisioned throughput for the table was exceeded\. Consider "
    r"increasing your provisioning level with the UpdateTable API"
)


def kept_words(message: object) -> str:
    """The words of a reply, in one line that is not too long; empty if they are no text.

    With a wrong signature may come the request that was signed, which holds the session token.
    """
    if not isinstance(message, str):
        return ""
    words = message.partition("The Canonical String")[0]
    return " ".join(words[:_LONGEST].split()).rstrip(".")


def may_be_shown(words: str) -> bool:
    """Whether words hold names, types, times and who asked, and no contents of an item."""
    known = (_KEYS_DIFFER, _NOT_ALLOWED, _CLOCK, _REGION, _OTHERS)
    return any(re.fullmatch(pattern, words) for pattern in known)


def say_that_keys_differ(words: str) -> bool:
    """Whether the request fits the declaration, and not the keys or indexes of the table."""
    return re.fullmatch(_KEYS_DIFFER, words) is not None


def say_that_the_clock_is_wrong(words: str) -> bool:
    """Whether a signature was refused for its time."""
    return re.fullmatch(_CLOCK, words) is not None


def say_that_the_region_is_wrong(words: str) -> bool:
    """Whether a signature was refused for its region."""
    return re.fullmatch(_REGION, words) is not None


def say_that_others_end_first(words: str) -> bool:
    """Whether a limit is one of changes at a time, so that it is enough to wait for their end."""
    return re.search(_AT_ONCE, words) is not None


def action_not_allowed(words: str) -> str:
    """The action that a policy does not allow, as policies name it; empty if none is said."""
    found = re.fullmatch(_NOT_ALLOWED, words)
    return found[1] if found else ""
