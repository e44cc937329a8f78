"""Write `docs/schemas/<command>.json`: the schema of what each command prints with `--json`.

    python -m tools.json_schemas [--check]

Fails with `--check` where a schema is out of date, missing, or of no command.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from trueup.cli.commands import COMMANDS
from trueup.cli.error_document import ErrorDocument

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("docs", "schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def find_documents() -> dict[str, Any]:
    """The type of each document, by the name of its command; and that of errors."""
    documents = {
        command.name: getattr(import_module(command.module), command.document)
        for command in COMMANDS
    }
    return documents | {"error": ErrorDocument}


def render_schema(document: Any) -> str:
    """The schema as text; the same type gives the same bytes."""
    schema = TypeAdapter(document).json_schema(mode="serialization")
    return json.dumps({"$schema": DIALECT} | schema, indent=2, ensure_ascii=False) + "\n"


def run(root: Path, *, check: bool) -> list[str]:
    """Write the schemas under `root`, or only compare them; returns what is wrong."""
    texts = {
        root / FOLDER / f"{name}.json": render_schema(document)
        for name, document in find_documents().items()
    }
    others = set((root / FOLDER).glob("*.json")) - set(texts)
    if check:
        stale = [path for path, text in texts.items() if not _is_same(path, text)]
        return [
            f"out of date: {path.relative_to(root)}; run `make generate`"
            for path in sorted([*stale, *others])
        ]
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    for path in others:
        path.unlink()
    return []


def _is_same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def main() -> int:
    """Run as a command; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="write docs/schemas")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    problems = run(ROOT, check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
