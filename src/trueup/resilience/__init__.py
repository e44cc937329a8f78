"""Resilience: what is done about a request that failed."""

from .policy import RetryPolicy
from .retry import Retries

__all__ = ["Retries", "RetryPolicy"]
