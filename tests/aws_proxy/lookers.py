"""What Trueup sees and plans through a proxy, without a state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from trueup import Layer
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.schema.engine import LiveTable
from trueup.schema.plan import Plan, make_plan
from trueup.schema.tables import TableSchema
from trueup.schema.verify import Finding, verify_table


@dataclass(frozen=True, slots=True)
class Looker:
    """A layer opened on a database."""

    opened: OpenTables

    @property
    def declared(self) -> dict[str, TableSchema]:
        """The declared tables by physical name."""
        open_layer = self.opened.open_layer
        schemas = [open_layer.engine.declared(table) for table in open_layer.tables]
        return {schema.name: schema for schema in schemas}

    def live(self) -> Mapping[str, LiveTable]:
        """The live ones."""
        engine = self.opened.open_layer.engine
        return self.opened.runner.run(engine.inspect(list(self.declared)), "inspect")

    def changes(self) -> list[str]:
        """What a plan changes."""
        return [str(planned.change) for planned in self.plan().changes]

    def plan(self) -> Plan:
        """The plan, as if all tables were ours."""
        return make_plan(self.declared, self.live(), owned=list(self.declared))

    def findings(self) -> list[tuple[str, str]]:
        """What verify finds: all that differs, or is not known, with its place."""
        live = self.live()
        found: list[Finding] = [
            finding
            for name, schema in self.declared.items()
            for finding in verify_table(schema, live.get(name))
        ]
        return [
            (finding.verdict, " ".join(finding.difference.path))
            for finding in found
            if finding.verdict != "agrees"
        ]


@contextmanager
def looking(url: str, layer: Layer, names: str) -> Iterator[Looker]:
    """A looker, until the end of the block. names: the template of the tables' names."""
    with open_tables(url, layer, table_names=names) as opened:
        yield Looker(opened)
