"""What every table has on DynamoDB, wherever it is deployed.

What differs from stage to stage is said by the stages, in `pyproject.toml` beside this file:
removal, recovery, the tag `Stage`, and which accounts may read.
"""

from __future__ import annotations

from trueup import DynamoDB

SETTINGS = DynamoDB(
    tags={
        "Service": "nexus",
        "Team": "compliance",
        "CostCenter": "compliance-mapping",
        "Owner": "compliance@example.com",
    }
)
"""Paid by request, restorable, encrypted by DynamoDB, with the tags of the team."""
