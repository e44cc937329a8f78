"""What AWS Lambda calls: the initialisation of the database, which may be repeated."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from typing import Any

from trueup import TrueupError

from .hosting import INITIALISE
from .initialise import converge

URL = "DOMAINFLOW_URL"
"""The variable with the database's URL; without it, it is that of the proxy and its secret."""
THROUGH_PROXY = "postgresql://env?pool=2&pooler=true"
"""One connection holds the lock, the other does the work."""
_RESERVE_S = 5.0
"""What is left of the function's time to say why it failed."""

_log = logging.getLogger(__name__)


def initialise(_event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Add what the database lacks. It replies only if nothing differs then.

    Raises what the caller by hand has to see: the failure is the function's, and no reply.
    """
    try:
        converge(os.environ.get(URL, THROUGH_PROXY), _budget_s(context))
    except Exception as error:
        code = str(error.code) if isinstance(error, TrueupError) else type(error).__name__
        facts = {"code": code, "request_id": getattr(context, "aws_request_id", "")}
        _log.exception("initialise: failed (%s)", code, extra=facts)
        raise
    body = {"message": "Database schema initialized successfully"}
    return {"statusCode": 200, "body": json.dumps(body)}


def _budget_s(context: object) -> float:
    """The seconds that remain of the function's time."""
    remaining_ms = getattr(context, "get_remaining_time_in_millis", None)
    total_s = remaining_ms() / 1000 if remaining_ms else INITIALISE.timeout_s
    return max(1.0, total_s - _RESERVE_S)
