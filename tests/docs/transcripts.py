"""Transcripts in pages: console blocks are replayed, and say what the commands say.

In a page with a line `$ trueup …`, each ```console block is a transcript, all in one empty folder,
in order. `$ trueup …` is run as a process, 80 columns wide; `$ echo $?` is the exit code of the
command before; `$ cd folder`, `$ cat file` and `$ sqlite3 database < file` do what they say. The
lines below a command are what it writes to stdout and then to stderr; `…` in them stands for any
text. A block of another language that begins with the line `# file: app/tables.py` is written to
that file. Where a page names $DYNAMODB_URL, a server stands there; where it names $POSTGRES_URL, an
empty database is there, of a role that may create others.

`python -m tests.docs.transcripts docs/commands/plan.md` writes the outputs into a page; for one
that names $DYNAMODB_URL, set it and the keys of AWS; for $POSTGRES_URL a server is started.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from uuid import uuid4

import psycopg

from tests.cli.shell import Shell
from tests.docs.pages import Block, blocks_of, find_pages
from trueup.testing.postgres import USER, PostgresServer, create_database, running_postgres

_FILE = re.compile(r"# file: (\S+)\n")
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def find_transcripts() -> list[Path]:
    """The pages with transcripts of the command."""
    return [page for page in find_pages() if any(_is_transcript(one) for one in blocks_of(page))]


def replay(page: Path, folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[Block, str]]:
    """The console blocks of a page, and what they should hold. folder: an empty one."""
    shell, code = Shell(folder, environ), 0
    for block in blocks_of(page):
        file = _FILE.match(block.code)
        if file:
            shell.write(file[1], block.code[file.end() :])
        elif block.language == "console":
            parts: list[str] = []
            for line, written in _COMMAND.findall(block.code):
                shell, code, said = _run(shell, code, line)
                parts.append(f"$ {line}\n{written if _agree(written, said) else said}")
            yield block, "".join(parts)


def _run(shell: Shell, code: int, line: str) -> tuple[Shell, int, str]:
    """The shell, the exit code and the output after one line."""
    name, _, argument = line.partition(" ")
    match name:
        case "trueup":
            result = shell.run(line)
            return shell, result.code, result.out + result.err
        case "echo" if argument == "$?":
            return shell, 0, f"{code}\n"
        case "cat":
            return shell, 0, (shell.folder / argument).read_text(encoding="utf-8")
        case "sqlite3":  # a file of SQL into a database
            database, _, file = argument.partition(" < ")
            with closing(sqlite3.connect(shell.folder / database)) as connection:
                connection.executescript((shell.folder / file).read_text(encoding="utf-8"))
            return shell, 0, ""
        case "cd":
            return replace(shell, folder=shell.folder / argument), 0, ""
        case _:
            raise AssertionError(f"a transcript cannot run: {line}")


def _agree(written: str, said: str) -> bool:
    """Whether a page says what a command said. … stands for any text."""
    pattern = ".*".join(map(re.escape, written.split("…")))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


def _is_transcript(block: Block) -> bool:
    return block.language == "console" and "$ trueup " in block.code


@contextmanager
def empty_database(server: PostgresServer) -> Iterator[dict[str, str]]:
    """The variables that name an empty database, whose role may create others."""
    name = f"page_{uuid4().hex[:12]}"
    url = create_database(server, name)
    with psycopg.connect(server.as_superuser(), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {USER} CREATEDB".encode())
        yield {"POSTGRES_URL": url, "PGPASSWORD": server.password}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def write_outputs(page: Path) -> None:
    """Write what the commands of a page say into the page."""
    text = page.read_text(encoding="utf-8")
    with ExitStack() as stack:
        name = stack.enter_context(TemporaryDirectory())
        names = ("DYNAMODB_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        environ = {key: os.environ[key] for key in names if key in os.environ}
        if "$POSTGRES_URL" in text:
            server = stack.enter_context(running_postgres())
            environ |= stack.enter_context(empty_database(server))
        for block, found in replay(page, Path(name).resolve(), environ):
            for margin in ("", "    "):
                text = text.replace(
                    f"```console\n{indent(block.code, margin)}",
                    f"```console\n{indent(found, margin)}",
                )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        write_outputs(Path(argument).resolve())
