"""The tests nearest to each module, those that are quick first."""

from __future__ import annotations

from pathlib import Path

SQLITE = ("tests/contract", "-k", "sqlite")
# The longest prefix of a module's path counts; each row is one run of pytest, tried in turn.
NEAREST: dict[str, tuple[tuple[str, ...], ...]] = {
    "": (("tests/unit", "tests/golden"), ("tests/docs",), SQLITE),
    "cli": (("tests/cli", "tests/golden/test_errors.py"), ("tests/docs/test_transcripts.py",)),
    "configuration": (("tests/configuration", "tests/golden/test_errors.py"), ("tests/docs",)),
    "expressions": (
        ("tests/unit/expressions", "tests/unit/model", "tests/golden"),
        ("tests/property/test_expressions.py",),
        SQLITE,
    ),
    "model": (
        ("tests/unit/model", "tests/golden"),
        ("tests/property/test_codec.py", "tests/property/test_composed_keys.py"),
        SQLITE,
    ),
    "operations": (
        ("tests/unit/operations", "tests/unit/resilience", "tests/golden"),
        ("tests/concurrency/test_run.py", "tests/concurrency/test_run_cancelled.py"),
        SQLITE,
        ("tests/property/test_pagination.py", "tests/faults"),
    ),
    "schema": (("tests/unit", "tests/golden"), SQLITE, ("tests/faults/test_create_tables.py",)),
    "resilience": (("tests/unit/resilience", "tests/unit/engines"), ("tests/faults",)),
    "repository": (("tests/golden", "tests/docs", "tests/unit"), SQLITE, ("tests/wire",)),
    "engines": (
        ("tests/unit/engines", "tests/golden", "tests/docs"),
        SQLITE,
        (
            "tests/wire/test_connect.py",
            "tests/wire/test_connect_retries.py",
            "tests/wire/test_extras.py",
            "tests/wire/test_configuration.py",
        ),
    ),
    **dict.fromkeys(
        (
            "engines/checks",
            "engines/dynamodb/asking",
            "engines/dynamodb/checks",
            "engines/dynamodb/permission",
            "engines/sqlite/checks",
            "lifecycle/doctor",
        ),
        (
            ("tests/unit/dynamodb/test_permissions.py", "tests/lifecycle/test_doctor.py"),
            ("tests/cli", "-k", "doctor"),
        ),
    ),
    **dict.fromkeys(
        (
            "lifecycle/aims",
            "lifecycle/apply",
            "lifecycle/inspection",
            "lifecycle/owner",
            "lifecycle/state",
            "lifecycle/steps",
        ),
        (
            ("tests/unit/lifecycle", "tests/lifecycle/test_steps.py"),
            (
                "tests/lifecycle/test_journal.py",
                "tests/lifecycle/test_lock.py",
                "tests/lifecycle/test_apply.py",
                "tests/lifecycle/test_owning.py",
                "-k",
                "not dynamodb",
            ),
            ("tests/lifecycle/test_killed.py", "tests/golden/test_errors.py"),
        ),
    ),
    **dict.fromkeys(
        (
            "lifecycle/conditions",
            "lifecycle/described",
            "lifecycle/queries",
            "lifecycle/questions",
            "lifecycle/untyped",
        ),
        (
            ("tests/unit/lifecycle", "tests/lifecycle/test_queries.py"),
            ("tests/cli", "-k", "query"),
        ),
    ),
    "cli/answers": (("tests/unit/cli",), ("tests/cli", "-k", "query")),
    "seeds": (("tests/lifecycle/test_seeds.py",), ("tests/cli", "-k", "seed")),
    "engines/turns": (("tests/concurrency/test_turns.py",), ("tests/wire/sqlite",)),
    "engines/postgres": (
        ("tests/unit/postgres", "tests/golden"),
        ("tests/wire/postgres",),
        ("tests/contract", "-k", "postgres"),
    ),
    "engines/sqlite": (("tests/unit/sqlite", "tests/golden"), SQLITE, ("tests/wire/sqlite",)),
    **dict.fromkeys(
        ("engines/sqlite/ddl", "engines/sqlite/fence", "engines/sqlite/inspect"),
        (
            ("tests/unit/sqlite", "tests/changed_files", "tests/mutations/test_sqlite.py"),
            ("tests/wire/sqlite", "tests/property/test_changed_files.py"),
        ),
    ),
    "engines/sqlite/record": (
        ("tests/unit/sqlite", "tests/changed_files"),
        ("tests/wire/sqlite", "tests/property/test_changed_files.py"),
    ),
    "engines/sqlite/wire": (
        ("tests/wire/sqlite",),
        SQLITE,
        ("tests/concurrency", "tests/durability"),
    ),
    "engines/dynamodb": (
        ("tests/unit/dynamodb", "tests/golden"),
        ("tests/contract", "-k", "dynamodb"),
        ("tests/faults",),
    ),
    "engines/dynamodb/codec": (
        ("tests/unit/dynamodb", "tests/golden"),
        ("tests/property/test_dynamodb_wire.py",),
        ("tests/contract", "-k", "dynamodb"),
    ),
    "engines/dynamodb/wire": (("tests/unit/dynamodb",), ("tests/wire",), ("tests/faults",)),
    "engines/dynamodb/botocore_wire": (("tests/unit/dynamodb",), ("tests/wire",)),
}


def nearest_tests(module: str, root: Path) -> list[list[str]]:
    """The runs of pytest for a module, named as `model/translation/bind.py`."""
    prefix = max((name for name in NEAREST if module.startswith(name)), key=len)
    runs = []
    for row in NEAREST[prefix]:
        kept = [part for part in row if not part.startswith("tests/") or (root / part).exists()]
        if any(part.startswith("tests/") for part in kept):
            runs.append(kept)
    return runs
