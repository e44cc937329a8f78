"""What holds for every file: it stands alone, says no address, leaves nothing open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, find_imports, parse, project_files, python_files

# Written in two halves, so that this file does not find itself.
REGISTRY_HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "crates" + ".io",
    "proxy." + "golang.org",
    "maven" + ".org",
    "maven" + ".apache.org",
    "deb." + "debian.org",
]
MACHINE_PATH = re.compile(
    r"(?<![\w./\-$}])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+)/"
)
SHARED_FOLDER = re.compile(r"\.\./sha" + r"red\b")
# `path::function` -> why it catches everything: a process edge that logs or reports the error.
_GATHER = "what fails in a thread, an interrupt included, is raised in the thread that called"
BROAD_EXCEPTS: dict[str, str] = {
    "src/trueup/checks/readiness/ticks.py::_code": "a module of a handler may raise anything; "
    "the finding names its type",
    "src/trueup/configuration/loading.py::_import": "a user's module may raise anything; the error "
    "for it names the place",
    "src/trueup/engines/postgres/login/logins.py::current": "a user's function may raise anything; "
    "the error for it says that it gives the password",
    "src/trueup/engines/postgres/wire/copying.py::__next__": "what a caller's iterator raises is "
    "raised again after the COPY has ended",
    "src/trueup/engines/postgres/ddl/changing/running.py::in_thread": _GATHER,
    "src/trueup/engines/postgres/ddl/changing/running.py::run": _GATHER,
    "src/trueup/migrations/python/step.py::call": "a step of a project may raise anything; the "
    "error names its line",
    "src/trueup/operations/threads.py::run_side_by_side": _GATHER,
    "src/trueup/operations/threads.py::work": _GATHER,
    "src/trueup/cli/main.py::main": "the edge of the process: a bug is told as an error",
}
MOST_LINES_OF_AN_ADR = 40


def find_addresses(text: str) -> list[str]:
    """Registry hosts, paths of one machine and paths beside the repository."""
    hosts = [host for host in REGISTRY_HOSTS if host in text]
    return hosts + MACHINE_PATH.findall(text) + SHARED_FOLDER.findall(text)


def find_broad_excepts(tree: ast.Module) -> Iterator[str]:
    """The function around each handler of everything that does not raise it again."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and _swallows_everything(node):
                    yield function.name
    for statement in tree.body:
        if isinstance(statement, ast.Try) and any(map(_swallows_everything, statement.handlers)):
            yield "<module>"


def _swallows_everything(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    caught = [] if handler.type is None else list(ast.walk(handler.type))
    names = {node.id for node in caught if isinstance(node, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def find_stubs(tree: ast.Module) -> list[int]:
    """Lines that leave work for later."""
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return [node.lineno for node in names if node.id == "NotImplementedError"]


def written_modules() -> list[Path]:
    """The modules of package and systems."""
    return python_files(ROOT, "src", "systems")


def test_no_file_names_a_registry_a_machine_path_or_a_folder_outside() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): addresses
        for path in project_files()
        if (addresses := find_addresses(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_nothing_is_left_for_later() -> None:
    assert {
        str(path): lines for path in written_modules() if (lines := find_stubs(parse(path)))
    } == {}


def test_garbage_collector_is_left_alone() -> None:
    imports = (found for path in written_modules() for found in find_imports(path, ROOT))
    assert [found.importer for found in imports if found.module == "gc"] == []


def test_broad_excepts_are_the_listed_ones() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}::{name}"
        for path in written_modules()
        for name in find_broad_excepts(parse(path))
    }
    assert found == set(BROAD_EXCEPTS)


@pytest.mark.parametrize("path", sorted(ROOT.glob("adr/*.md")), ids=lambda path: path.name)
def test_adr_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_OF_AN_ADR


def test_each_adr_has_a_number_of_its_own_which_its_title_says() -> None:
    numbers = [int(path.name[:4]) for path in sorted(ROOT.glob("adr/*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    for number, path in zip(numbers, sorted(ROOT.glob("adr/*.md")), strict=True):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_every_folder_of_tests_is_explained() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = {path.parent.name for path in ROOT.glob("tests/*/test_*.py")}
    assert {name for name in folders if f"`tests/{name}`" not in page} == set()


@pytest.mark.parametrize(
    "text",
    [
        "see https://" + REGISTRY_HOSTS[0] + "/simple",
        "open('/ro" + "ot/x')",
        "`/ho" + "me/ann/x`",
        "read ../sha" + "red/data",
    ],
)
def test_address_is_found(text: str) -> None:
    assert len(find_addresses(text)) == 1


@pytest.mark.parametrize("text", ["a/work/b", "https://a.example/root/x", "$HOME/x", "shared/x"])
def test_plain_text_is_accepted(text: str) -> None:
    assert find_addresses(text) == []


@pytest.mark.parametrize(
    ("handler", "found"),
    [
        ("except Exception: pass", ["f"]),
        ("except (KeyError, BaseException) as e: log(e)", ["f"]),
        ("except: pass", ["f"]),
        ("except BaseException:\n    undo()\n    raise", []),
        ("except KeyError: pass", []),
    ],
)
def test_broad_except_is_found(handler: str, found: list[str]) -> None:
    tree = ast.parse(f"def f():\n  try: g()\n  {handler}")
    assert list(find_broad_excepts(tree)) == found


def test_stub_is_found() -> None:
    assert find_stubs(ast.parse("def f():\n    raise NotImplementedError")) == [2]
