"""Measure the audit of code on packages from PyPI: `python -m tests.checks.packages`.

Each package is fetched by pip in the version that labels.toml names, kept below build/, and never
installed or run. Printed are precision and recall of uses (file, line and operation), and how many
names of tables are right; less than what is promised here fails.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trueup.checks.code.audit import audit
from trueup.checks.code.uses import Use

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "audited-packages"
LABELS = Path(__file__).with_name("labels.toml")
LEAST_PRECISION, LEAST_RECALL, LEAST_NAMES = 0.98, 0.95, 0.8
Place = tuple[str, int, str]


@dataclass(frozen=True)
class Score:
    """Uses that were found and labelled, by what became of them, and the names that are right."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    named: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.right + other.right,
            self.wrong + other.wrong,
            self.missed + other.missed,
            self.named + other.named,
        )

    @property
    def precision(self) -> float:
        """The part of what is found that is right."""
        return _part(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The part of what is there that is found."""
        return _part(self.right, self.right + self.missed)

    @property
    def names(self) -> float:
        """The part of what is right whose table is named as the label says."""
        return _part(self.named, self.right)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}  names {self.names:.3f}"
            f"  ({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def _part(some: int, whole: int) -> float:
    return some / whole if whole else 1.0


def fetched(name: str, version: str) -> Path:
    """The folder with the files of a package, which pip fetches if it is not there.

    Raises SystemExit if pip cannot.
    """
    folder = FOLDER / f"{name}-{version}"
    if not folder.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--dest", str(FOLDER), f"{name}=={version}"]
        if subprocess.run(command, check=False).returncode:
            sys.exit(f"pip cannot fetch {name} {version}: this test needs a package index")
        prefix = f"{name.replace('-', '_')}-{version}-".lower()
        wheel = next(one for one in FOLDER.glob("*.whl") if one.name.lower().startswith(prefix))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder


def labelled(package: Mapping[str, Any]) -> dict[Place, str]:
    """The tables of a package's uses, by file, line and operation."""
    return {
        (file, int(line), operation): table
        for file, uses in package.get("uses", {}).items()
        for line, operation, table in (use.split() for use in uses)
    }


def read(uses: Iterable[Use]) -> dict[Place, set[str]]:
    """What the audit found. Scripts that a wheel holds twice count once."""
    found: dict[Place, set[str]] = {}
    for use in uses:
        if ".data/" not in use.site.file:
            table = use.table if isinstance(use.table, str) else "?"
            found.setdefault((use.site.file, use.site.line, use.operation), set()).add(table)
    return found


def score(package: Mapping[str, Any]) -> Score:
    """Compare the audit of a package with its labels, and print what differs."""
    name, version = package["name"], package["version"]
    wanted, found = labelled(package), read(audit(fetched(name, version)).uses)
    for place in sorted(wanted.keys() ^ found.keys()):
        print(f"  {'missed' if place in wanted else 'wrong'}: {place[0]}:{place[1]} {place[2]}")
    both = wanted.keys() & found.keys()
    named = sum(found[place] == {wanted[place]} for place in both)
    result = Score(len(both), len(found.keys() - both), len(wanted.keys() - both), named)
    print(f"{name} {version}: {result}")
    return result


def main() -> int:
    """Measure all packages. The exit code is 1 if they are below what is promised."""
    packages = tomllib.loads(LABELS.read_text(encoding="utf-8"))["package"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    seen, held_out = Score(), Score()
    for package in packages:
        if package.get("held_out"):
            held_out += score(package)
        else:
            seen += score(package)
    total = seen + held_out
    print(f"looked at while it was written: {seen}")
    print(f"held out, and mended once since: {held_out}")
    print(f"{len(packages)} packages: {total}")
    enough = total.precision >= LEAST_PRECISION and total.recall >= LEAST_RECALL
    return 0 if enough and total.names >= LEAST_NAMES else 1


if __name__ == "__main__":
    sys.exit(main())
