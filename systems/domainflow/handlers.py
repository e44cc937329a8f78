"""What AWS Lambda calls: the initialisation of the database, which may be repeated."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import trueup

from .tables import layer

URL = "DOMAINFLOW_URL"
"""The variable with the database's URL; without it, it is that of the proxy and its secret."""
THROUGH_PROXY = "postgresql://env?pool=1&pooler=true"


def initialise(_event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Create the tables with all that is theirs. Raises what the caller by hand has to see."""
    with trueup.connect(os.environ.get(URL, THROUGH_PROXY), layer) as db:
        db.create_tables()
    body = {"message": "Database schema initialized successfully"}
    return {"statusCode": 200, "body": json.dumps(body)}
