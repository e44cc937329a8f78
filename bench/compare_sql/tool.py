"""What a tool has to say and do to be compared: changes of one database to what another is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Tool(Protocol):
    """A tool on one server, whose databases it knows by their names."""

    def versions(self) -> Mapping[str, str]:
        """The release of each of its packages."""
        ...

    def written(self, before: str, after: str) -> str:
        """What it writes to lead one database to the other; empty if there is nothing to do."""
        ...

    def change(self, before: str, written: str) -> None:
        """Change the database by what it wrote.

        Raises:
            Exception: it failed, or the server refused a statement; of whatever class.
        """
        ...

    def drops(self, written: str) -> bool:
        """Whether a column or a table goes with what is in it."""
        ...
