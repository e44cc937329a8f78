"""The model: declarations of tables, their checked descriptions, and the translation of items."""

from .declarations.base import Model
from .declarations.dynamodb import DynamoDB
from .declarations.entities import Entity
from .declarations.fields import (
    CreatedAt,
    ExpiresAt,
    UpdatedAt,
    Version,
    WholeSeconds,
    composed,
    expires_in,
    loggable,
)
from .declarations.functions import ChangesOf, Function, Route
from .declarations.indexes import Index
from .declarations.infrastructure.alarms import Alarms
from .declarations.infrastructure.api import RestApi
from .declarations.infrastructure.database import RdsPostgres
from .declarations.infrastructure.declared import Infrastructure
from .declarations.infrastructure.outputs import TableOutputs
from .declarations.infrastructure.plans import UsagePlan
from .declarations.item_form import ItemForm
from .declarations.layer import Layer
from .declarations.names import stored_as
from .declarations.parts import parts_of
from .declarations.patterns import AccessPattern, Example
from .declarations.relational import Relational
from .declarations.retention import kept
from .declarations.scaling import Scaling
from .declarations.table import Table, name_from_environment
from .outside.named_paths import at_name
from .translation.decode import Unreadable

__all__ = [
    "AccessPattern",
    "Alarms",
    "ChangesOf",
    "CreatedAt",
    "DynamoDB",
    "Entity",
    "Example",
    "ExpiresAt",
    "Function",
    "Index",
    "Infrastructure",
    "ItemForm",
    "Layer",
    "Model",
    "RdsPostgres",
    "Relational",
    "RestApi",
    "Route",
    "Scaling",
    "Table",
    "TableOutputs",
    "Unreadable",
    "UpdatedAt",
    "UsagePlan",
    "Version",
    "WholeSeconds",
    "at_name",
    "composed",
    "expires_in",
    "kept",
    "loggable",
    "name_from_environment",
    "parts_of",
    "stored_as",
]
