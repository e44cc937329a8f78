"""Declarations: what the data is. Everything else is derived from them."""

from .base import Model
from .dynamodb import DynamoDB
from .fields import ExpiresAt, Version, WholeSeconds, composed, expires_in, loggable
from .indexes import Index
from .layer import Layer
from .names import named
from .parts import parts_of
from .patterns import AccessPattern
from .physical import from_environment
from .relational import Relational
from .table import Table

__all__ = [
    "AccessPattern",
    "DynamoDB",
    "ExpiresAt",
    "Index",
    "Layer",
    "Model",
    "Relational",
    "Table",
    "Version",
    "WholeSeconds",
    "composed",
    "expires_in",
    "from_environment",
    "loggable",
    "named",
    "parts_of",
]
