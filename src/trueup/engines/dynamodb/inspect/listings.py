"""Listings that come page by page: whether there is another one."""

from __future__ import annotations

from ..errors import not_dynamodb

MOST_PAGES = 1_000
"""More pages than any listing has: 100 tables or 10 tags are on each.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html"""


def next_page(token: str, before: set[str], action: str, table: str) -> bool:
    """Whether there is another page. before: the tokens that were sent, to which this one is added.

    Raises Unavailable if the pages never end.
    """
    if not token:
        return False
    if token in before or len(before) >= MOST_PAGES:
        raise not_dynamodb(action, table)
    before.add(token)
    return True
