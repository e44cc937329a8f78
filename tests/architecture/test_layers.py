"""Imports point down only, wherever they stand (style rules 7, 8 and 9)."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Import, find_imports, module_name, python_files

# From the bottom up; layers in one row may not import each other.
LAYERS = [
    {"_dataclass", "_visible"},
    {"errors"},
    {"_kinds"},
    {"geo", "ranges"},
    {"expressions"},
    {"model"},
    {"relational"},
    {"operations"},
    {"resilience"},
    {"schema"},
    {"repository"},
    {"engines"},
    {"lifecycle"},
    {"configuration"},
    {"streams"},
    {"idempotency", "seeds", "transfer", "migrations"},
    {"templates", "observation"},
    {"observability", "infra", "docgen"},
    {"checks"},
    {"cli", "console"},
    {"__main__"},
    {"systems"},
]
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}
FACADE = "trueup"  # re-exports from every layer, so it belongs to none
TESTING = "testing"  # shipped to users: stands beside the layers and may use all but systems
OF_NO_LAYER = {TESTING, "_lazy"}  # of `_lazy` the facade alone knows
ENGINES = {"sqlite", "dynamodb", "postgres", "mysql"}


def layer_of(module: str) -> str:
    """`trueup.model.table` belongs to `model`, `systems.nexus.models` to `systems`."""
    parts = module.split(".")
    if parts[0] == "systems":
        return "systems"
    return parts[1] if len(parts) > 1 else FACADE


def find_problem(found: Import) -> str | None:
    """Why a module may not import what it imports, or None."""
    source, target = layer_of(found.importer), layer_of(found.module)
    unknown = {source, target} - RANK.keys() - {FACADE, TESTING}
    if unknown:
        return f"{unknown.pop()} is no layer"
    if source == "systems":
        return _find_private_name(found)
    if source == target:
        return _find_foreign_engine(found) if source == "engines" else None
    if target == FACADE:
        return "the facade imports every layer: import from the layer that has the name"
    if source == TESTING:
        return "testing may not import systems" if target == "systems" else None
    if target == TESTING or RANK[target] >= RANK[source]:
        return f"{source} may not import {target}"
    return None


def _find_private_name(found: Import) -> str | None:
    """Rule 62: systems use public names only."""
    private = any(part.startswith("_") for part in found.module.split("."))
    public = found.module.startswith("systems") or not private
    return None if public else "systems import public names only"


def _find_foreign_engine(found: Import) -> str | None:
    """Engines do not know each other; what stands beside their folders may know all."""
    source = found.importer.split(".")[2:3]
    target = found.module.split(".")[2:3]
    if source == target or not ENGINES.issuperset(source + target) or not source or not target:
        return None
    return f"engine {source[0]} may not import {target[0]}"


def own_imports(root: Path) -> list[Import]:
    """The imports of our own modules by our own modules, the facade's left out."""
    return [
        found
        for path in python_files(root, "src/trueup", "systems")
        if module_name(path, root) != FACADE
        for found in find_imports(path, root)
        if found.module.split(".")[0] in ("trueup", "systems")
    ]


def find_violations(root: Path) -> list[str]:
    """Every import that points the wrong way, with its place."""
    return [
        f"{found.importer}:{found.line} imports {found.module}: {problem}"
        for found in own_imports(root)
        if (problem := find_problem(found)) is not None
    ]


def find_cycle(root: Path) -> list[str]:
    """The modules of one import cycle, or nothing."""
    sorter = TopologicalSorter[str]()
    for found in own_imports(root):
        if found.importer != found.module:
            sorter.add(found.importer, found.module)
    try:
        sorter.prepare()
    except CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def test_imports_point_down() -> None:
    assert find_violations(ROOT) == []


def test_architecture_lists_the_layers_from_the_lowest_up() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = page.partition("| package | one line |")[2].partition("\n\n")[0]
    packages = [
        name.partition("/")[0] for name in re.findall(r"^\| `([\w/]+)", table, re.MULTILINE)
    ]
    ranks = [RANK[name] for name in packages if name not in OF_NO_LAYER]
    assert ranks == sorted(ranks)


def test_modules_import_each_other_in_no_cycle() -> None:
    assert find_cycle(ROOT) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("model", "operations", "repository", "schema", "engines/sqlite", "engines/sql"):
        (tmp_path / "src" / "trueup" / name).mkdir(parents=True)
    (tmp_path / "systems" / "nexus").mkdir(parents=True)
    return tmp_path


def write_module(project: Path, name: str, source: str) -> None:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("model/a.py", "import trueup.operations.run", "model may not import operations"),
        ("model/a.py", "from trueup.operations import run", "model may not import operations"),
        ("model/a.py", "from ..operations import run", "model may not import operations"),
        ("model/a.py", "from .. import operations", "model may not import operations"),
        ("model/__init__.py", "from ..operations import x", "model may not import operations"),
        ("model/a.py", "def f():\n  from ..operations import run", "model may not import operat"),
        (
            "model/a.py",
            "if TYPE_CHECKING:\n  from trueup.operations.run import run",
            "model may not import operations",
        ),
        ("schema/a.py", "from trueup.repository import x", "schema may not import repository"),
        ("repository/a.py", "from trueup import Table", "the facade imports every layer"),
        ("repository/a.py", "import systems.nexus", "repository may not import systems"),
        ("repository/a.py", "from trueup.testing import x", "repository may not import testing"),
        ("testing/a.py", "from systems import nexus", "testing may not import systems"),
        ("helpers/a.py", "from trueup.model import x", "helpers is no layer"),
        ("engines/sqlite/a.py", "from ..mysql import x", "engine sqlite may not import mysql"),
    ],
)
def test_wrong_import_is_found(project: Path, name: str, source: str, problem: str) -> None:
    write_module(project, f"src/trueup/{name}", source)
    assert [problem in found for found in find_violations(project)] == [True]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("src/trueup/__init__.py", "from .cli import main"),
        ("src/trueup/engines/sqlite/a.py", "from ...schema import x\nfrom ..sql import y"),
        ("src/trueup/repository/a.py", "from ..schema import x"),
        ("src/trueup/engines/connect.py", "from .sqlite import x\nfrom .mysql import y"),
        ("src/trueup/testing/a.py", "from trueup.cli import x"),
        ("systems/nexus/models.py", "import trueup\nfrom trueup.model import Table"),
    ],
)
def test_right_import_is_accepted(project: Path, name: str, source: str) -> None:
    write_module(project, name, source)
    assert find_violations(project) == []


def test_private_import_of_a_system_is_found(project: Path) -> None:
    write_module(project, "src/trueup/model/_keys.py", "")
    write_module(project, "systems/nexus/models.py", "from trueup.model import _keys")
    assert find_violations(project) == [
        "systems.nexus.models:1 imports trueup.model._keys: systems import public names only"
    ]


def test_cycle_is_found(project: Path) -> None:
    write_module(project, "src/trueup/model/a.py", "from .b import x")
    write_module(project, "src/trueup/model/b.py", "def f():\n  from trueup.model.a import y")
    assert set(find_cycle(project)) == {"trueup.model.a", "trueup.model.b"}
