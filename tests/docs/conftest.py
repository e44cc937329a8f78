"""What pages of the systems need: a schema of their own."""

from __future__ import annotations

from systems.conftest import schema, schema_url

__all__ = ["schema", "schema_url"]
