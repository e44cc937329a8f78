"""The Python blocks of a page: the first one imports what the others use."""

from __future__ import annotations

from collections.abc import Iterable

from ..documented import DocumentedLayer, DocumentedTable
from ..text.layout import Group, Text, laid_out
from ..text.markdown import fenced
from ..text.python_source import Source, import_lines
from ..values.examples import EXAMPLE_TENANT

CONNECT = 'db = trueup.connect("sqlite://", layer)  # or the URL of another database'
CONNECT_POSTGRES = 'db = trueup.connect("postgresql://localhost/app", layer)'


def setup_block(layer: DocumentedLayer, documented: DocumentedTable, used: Iterable[Source]) -> str:
    """Imports, and a repository of the table in a new database."""
    names = {name for source in used for name in source.names}
    names |= {name for name in (layer.name, documented.name) if name}
    layer_name = layer.name.name if layer.name else "layer"
    table_name = variable_of(documented)
    lines = [
        *import_lines(names, modules=["trueup"]),
        "",
        (CONNECT_POSTGRES if documented.table.relational else CONNECT).replace("layer", layer_name),
        "db.create_tables()",
        f"repository = db{_tenant(documented)}.repository({table_name})",
    ]
    return fenced("python", "\n".join(lines))


def _tenant(documented: DocumentedTable) -> str:
    """The part of the call that says whose rows are read and written, if they have tenants."""
    return f'.tenant("{EXAMPLE_TENANT}")' if documented.table.tenant else ""


def variable_of(documented: DocumentedTable) -> str:
    """The name of the table in programs."""
    return documented.name.name if documented.name else "table"


def call_text(function: str, arguments: Iterable[tuple[str, Text]]) -> str:
    """A call, on several lines if it is long."""
    parts = tuple((f"{name}=" if name else "", text) for name, text in arguments)
    return laid_out(Group(f"{function}(", parts, ")"))
