"""The operations that are measured, the libraries, and how often each is called."""

from __future__ import annotations

from collections.abc import Mapping

from .names import IN_FLIGHT

SCENARIO = "tls_3ms"

CALLS: Mapping[str, int] = {
    "get": 100,
    "put": 100,
    "update": 100,
    "query_100": 20,
    "query_1000": 4,
    "put_many_25": 30,
    "get_many_100": 20,
    "transact_10": 40,
    "gets_32_async": 5,
}
"""Calls of one repetition, by the name of the operation; all in one process."""

COLD = "cold_first_get"
"""Measured in a process of its own: importing the library, opening it, and the first get."""

OPERATIONS = (*CALLS, COLD)
READS = ("get", "query_100", "query_1000", "get_many_100", "gets_32_async")

UNITS: Mapping[str, int] = {"gets_32_async": IN_FLIGHT}
"""What the time of a call is divided by, where that is not 1."""

FLOOR = "floor"
LIBRARIES = (
    "trueup",
    "trueup_botocore",
    "boto3",
    "pynamodb",
    "pydynox_model",
    "pydynox_pydantic",
    "dyntastic",
    "aiodynamo",
    "aioboto3",
    FLOOR,
)
