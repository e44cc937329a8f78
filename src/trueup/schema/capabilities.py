"""What not every engine can hold, refused by name when a layer is opened."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Place, UnsupportedByEngine
from ..model.description.tables import TableDescription
from ..operations.engine import Rules


def refuse_relational(tables: Sequence[TableDescription], rules: Rules) -> None:
    """Refuse tables with settings that only PostgreSQL has. Raises UnsupportedByEngine."""
    problems = [
        f"{table.declared_at}: table {table.name!r}: it is declared with relational=, which only "
        "PostgreSQL holds"
        for table in tables
        if table.relational is not None
    ]
    if problems:
        raise UnsupportedByEngine(
            f"{rules.engine} cannot hold these tables\n  " + "\n  ".join(problems),
            where=Place(rules.engine),
            fix="open the layer by the URL of a PostgreSQL, such as postgresql://localhost/shop; "
            "for tests, running_postgres() of trueup.testing.postgres starts one",
            problems=problems,
        )
