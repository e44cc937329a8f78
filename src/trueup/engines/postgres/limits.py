"""The rules of PostgreSQL: no limits of its own that a number says, except that batches are split.

A key is limited by the size of an index entry, 2,704 bytes after compression; the server says when
one is too long. Source: https://www.postgresql.org/docs/15/btree-implementation.html
"""

from __future__ import annotations

from ...operations.engine import Limits, Rules

BATCH_ITEMS = 500
"""Items in one transaction of a batch: enough to spread the cost of a commit, few enough that
others wait only a few milliseconds for the locks."""

RULES = Rules("postgres", Limits(batch_get_keys=BATCH_ITEMS, batch_write_items=BATCH_ITEMS))

LOCK_TIMEOUT_MS = 2_000
"""How long a change of a table waits for its lock. Whatever comes after it waits as well, reads
included, so this is the longest time for which a change that gets no lock holds others up.
Source: https://www.postgresql.org/docs/15/runtime-config-client.html#GUC-LOCK-TIMEOUT"""

LOCK_TRIES = 30
"""How often a change of a table is tried that gets no lock; the pauses between grow to 5 s."""

MOMENT_MS = 10_000
"""How long a statement may take that changes the catalogue alone, the wait for its lock included:
whoever needs the table waits behind it. One that takes longer reads what nobody expected, and is
undone. Source: https://www.postgresql.org/docs/15/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
"""
