"""DynamoDB's words for the values of facts, which its requests and replies share."""

from __future__ import annotations

TABLE_CLASSES = {"standard": "STANDARD", "infrequent_access": "STANDARD_INFREQUENT_ACCESS"}

INSIGHTS_MODES = {
    "throttled_keys": "THROTTLED_KEYS",
    "accessed_and_throttled_keys": "ACCESSED_AND_THROTTLED_KEYS",
}
"""Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html"""

NO_MAXIMUM = -1
"""The value that removes a maximum of request units.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html"""
