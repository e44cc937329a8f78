"""Nine ticks before a deployment: code, SQL, tests, dependencies, variables, errors, logs,
repetition, security. Each is a finding from evidence; what there is no evidence of is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from ..._dataclass import dataclass
from ...docgen.sql.script import FILE, script_file
from ...engines.checks import Finding, Verdict, bad, good, not_needed, refused, unknown
from ...engines.connect import target_engine
from ...errors import TrueupError
from ...infra.values import Stack
from ...lifecycle.generated import State
from ...model.declarations.functions import Function
from ...model.declarations.layer import Layer
from ..report.evidence import read_results
from .sources import credentials, files_of, handler_of, loggers, swallowed

_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;]+)")
_TRUEUP = re.compile(r"trueup\b")
_SAFE = {"create", "put", "put_many", "delete", "delete_many", "check"}
"""Writes of which a second run has no other effect."""
_NETWORK = "ec2:"
"""Its actions on network interfaces have no narrower resource.
Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"""
_MOST = 3


@dataclass(frozen=True, slots=True)
class Release:
    """What is to be deployed. folder: of the project. stack: of the stage. tests: files of JUnit's
    form. is_as_declared: whether apply would change nothing; None if that is not known."""

    layer: Layer
    folder: Path
    stack: Callable[[], Stack]
    tests: Sequence[Path] = ()
    is_as_declared: bool | None = None


def ticks(release: Release) -> Iterator[Finding]:
    """The nine, in the order of the list. Nothing raises; the handlers' modules are imported."""
    functions = release.layer.functions
    code = _code(functions)
    yield code
    files = files_of(one.handler for one in functions) if code.verdict is Verdict.GOOD else None
    yield _guarded("SQL documented", lambda: _sql(release))
    yield _guarded("tests", lambda: _tests(release.tests))
    yield _dependencies(release.folder)
    yield _guarded("variables", lambda: _variables(release))
    yield _errors(files, code)
    yield _guarded("logging", lambda: _logging(release, files, code))
    yield _idempotency(functions, release.is_as_declared)
    yield _guarded("security", lambda: _security(release, files))


def _guarded(check: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except TrueupError as error:
        return refused(check, error)


def _code(functions: Sequence[Function]) -> Finding:
    if not functions:
        return not_needed("code", "the layer declares no function")
    broken = []
    for one in functions:
        try:
            is_usable = callable(handler_of(one.handler))
        except Exception as error:  # noqa: BLE001 - a module of the user's may raise anything
            broken.append(f"{one.handler} ({type(error).__name__})")
        else:
            broken += [] if is_usable else [f"{one.handler} (it cannot be called)"]
    if broken:
        fix = "correct handler= of the function, or the module"
        return bad("code", f"handlers cannot be loaded: {_few(broken)}", fix)
    return good("code", f"every handler can be called: {_few([one.handler for one in functions])}")


def _sql(release: Release) -> Finding:
    if release.layer.target != "postgres":
        return not_needed("SQL documented", "the layer is not of PostgreSQL")
    file = script_file(release.layer, target_engine(release.layer), release.folder)
    if file.state is State.CURRENT:
        lines = len(file.text.splitlines())
        return good("SQL documented", f"{FILE} is there, and current: {lines} lines")
    return bad("SQL documented", f"{FILE} is {file.state.value}", "run trueup generate sql")


def _tests(paths: Sequence[Path]) -> Finding:
    if not paths:
        fix = "run pytest --junitxml results.xml, and give --tests results.xml"
        return unknown("tests", "no results of tests are given", fix)
    found = read_results(paths)
    said = f"{found.passed} of {found.all} tests passed"
    if found.passed < found.all or not found.all:
        return bad("tests", said, "mend those that failed, and run those that were skipped")
    return good("tests", said)


def _dependencies(folder: Path) -> Finding:
    path = folder / "requirements.txt"
    if not path.is_file():
        fix = "write name==version for each that the functions are packed with"
        return bad("dependencies", "there is no requirements.txt", fix)
    text = path.read_text(encoding="utf-8")
    lines = [line.split(" #")[0].strip() for line in text.splitlines()]
    wanted = [one for one in lines if one and not one.startswith(("#", "-"))]
    loose = [one for one in wanted if not _PIN.fullmatch(one) and not _TRUEUP.match(one)]
    pins: dict[str, str] = dict(_PIN.findall("\n".join(wanted)))
    others = [
        f"{name} {_installed(name) or 'missing'}"
        for name, version in pins.items()
        if _installed(name) != version
    ]
    where = str(path)
    if loose or not pins:
        fix = "write name==version, so that what was tested is what is deployed"
        return bad("dependencies", f"not at an exact version: {_few(loose) or 'any'}", fix, where)
    if others:
        fix = "install requirements.txt, and run the tests with it"
        return bad("dependencies", f"tested with other versions: {_few(others)}", fix, where)
    return good("dependencies", f"{len(pins)} at exact versions, which are installed here", where)


def _variables(release: Release) -> Finding:
    wanted = sorted({name for one in _functions(release) for name in _environment(one)})
    if not wanted:
        return not_needed("variables", "no function has variables of its own")
    pages = [path.read_text(encoding="utf-8") for path in sorted(release.folder.glob("*.md"))]
    words = set(re.findall(r"\w+", "\n".join(pages)))
    missing = [name for name in wanted if name not in words]
    if missing:
        fix = "say in README.md what each is for"
        return bad("variables", f"no page names {_few(missing)}", fix, str(release.folder))
    return good("variables", f"the pages name each: {_few(wanted, len(wanted))}")


def _errors(files: Sequence[Path] | None, code: Finding) -> Finding:
    if files is None:
        return _without_code("errors", code)
    found = list(swallowed(files))
    if found:
        fix = "raise again after logging, or name what is handled: the call has to fail"
        return bad("errors", f"every exception is taken, and none raised: {_few(found)}", fix)
    return good("errors", f"no except of {len(files)} files keeps what it cannot handle")


def _logging(release: Release, files: Sequence[Path] | None, code: Finding) -> Finding:
    if files is None:
        return _without_code("logging", code)
    groups = [one for one in release.stack().resources if one.type == "AWS::Logs::LogGroup"]
    endless = [one.id for one in groups if "RetentionInDays" not in one.properties]
    silent = not list(loggers(files))
    if silent or endless:
        said = "no file has a logger" if silent else f"kept for ever: {_few(endless)}"
        return bad("logging", said, "log what each function does, and say log_days=")
    days = {str(one.properties["RetentionInDays"]) for one in groups}
    return good("logging", f"the functions log; kept for {', '.join(sorted(days))} days")


def _idempotency(functions: Sequence[Function], is_as_declared: bool | None) -> Finding:
    once = [
        f"{one.name}: {access.call}"
        for one in functions
        for access in one.writes
        if access.call not in _SAFE
    ]
    if once:
        fix = "give each a key of its own run, or use put, create, delete"
        return bad("idempotency", f"a second run has another effect: {_few(once)}", fix)
    if is_as_declared is None:
        return unknown("idempotency", "the database was not compared", "let this machine reach it")
    if not is_as_declared:
        return unknown("idempotency", "apply would change the database", "run trueup apply first")
    return good("idempotency", "apply would change nothing, and declared writes may be repeated")


def _security(release: Release, files: Sequence[Path] | None) -> Finding:
    wide = [
        f"{one.id} {action}"
        for one in release.stack().resources
        if one.type == "AWS::IAM::Role"
        for statement in _statements(one.properties)
        for action in _as_list(statement["Action"])
        if action.endswith("*") or (_is_all(statement) and not action.startswith(_NETWORK))
    ]
    if wide:
        return bad("security", f"more is allowed than is needed: {_few(wide)}", "name the resource")
    held = list(credentials([*(files or ()), *_texts(release.folder)]))
    if held:
        return bad("security", f"credentials in files: {_few(held)}", "put them into a secret")
    return good("security", "no role may do all of something, and no file holds a credential")


def _without_code(check: str, code: Finding) -> Finding:
    if code.verdict is Verdict.NOT_NEEDED:
        return not_needed(check, code.found)
    return unknown(check, "the handlers cannot be loaded", code.fix)


def _functions(release: Release) -> Iterator[Mapping[str, Any]]:
    for one in release.stack().resources:
        if one.type == "AWS::Lambda::Function":
            yield one.properties


def _environment(properties: Mapping[str, Any]) -> Iterable[str]:
    found = properties.get("Environment", {}).get("Variables", {})
    return (name for name in found if not name.startswith("TRUEUP_"))


def _statements(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for policy in properties.get("Policies", ()):
        found: Sequence[Mapping[str, Any]] = policy["PolicyDocument"]["Statement"]
        yield from (one for one in found if one["Effect"] == "Allow")


def _is_all(statement: Mapping[str, Any]) -> bool:
    return "*" in _as_list(statement["Resource"])


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts(folder: Path) -> Iterator[Path]:
    for ending in ("*.toml", "*.md", "*.txt", "*.sql", ".env"):
        yield from sorted(folder.glob(ending))


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _few(names: Sequence[str], most: int = _MOST) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
