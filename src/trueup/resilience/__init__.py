"""Resilience: retries of failed requests."""

from .policy import RetryPolicy
from .retry import Retries

__all__ = ["Retries", "RetryPolicy"]
