"""Resilience: what is done about a request that failed."""

from .policy import NO_RETRIES, PATIENT, STANDARD, RetryPolicy
from .retry import Retries

__all__ = ["NO_RETRIES", "PATIENT", "STANDARD", "Retries", "RetryPolicy"]
