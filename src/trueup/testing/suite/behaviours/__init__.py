"""Every behaviour of a repository, in modules that the plugin collects as they are written.

`from trueup.testing.suite.behaviours import *` in a test module is all it takes to run them.
"""

from . import (
    test_batch_block,
    test_batches,
    test_composed,
    test_create_and_put,
    test_crud,
    test_cursors,
    test_delete,
    test_entities,
    test_expiry,
    test_indexes,
    test_names_of_entities,
    test_oracle,
    test_query,
    test_read_back,
    test_requests,
    test_sort_keys,
    test_target_limits,
    test_text_order,
    test_transactions,
    test_update,
    test_values,
    test_versions,
)

__all__ = [
    "test_batch_block",
    "test_batches",
    "test_composed",
    "test_create_and_put",
    "test_crud",
    "test_cursors",
    "test_delete",
    "test_entities",
    "test_expiry",
    "test_indexes",
    "test_names_of_entities",
    "test_oracle",
    "test_query",
    "test_read_back",
    "test_requests",
    "test_sort_keys",
    "test_target_limits",
    "test_text_order",
    "test_transactions",
    "test_update",
    "test_values",
    "test_versions",
]
