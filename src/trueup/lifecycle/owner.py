"""Who runs a command, for others to read: a person at a machine, or a run of an automation."""

from __future__ import annotations

import getpass
import os
import re
import secrets
import socket
from collections.abc import Mapping
from datetime import UTC, datetime

from .._visible import visible

_RUNS = ("CI_JOB_URL", "BUILD_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL")
"""Where GitLab, Jenkins, CircleCI and Buildkite name the page of a run."""

MOST_CHARACTERS = 300
"""The longest owner; records and messages hold it."""

_NO_MARKS = str.maketrans("", "", "-:")


def find_owner(environ: Mapping[str, str] = os.environ) -> str:
    """The page of the run in an automation; else user, host and process.

    Everybody who looks at the tables can read it: of a page it has no password and no query.
    """
    page = next((environ[name] for name in _RUNS if environ.get(name)), "")
    if environ.get("GITHUB_RUN_ID"):
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        repository = environ.get("GITHUB_REPOSITORY", "")
        page = f"{server}/{repository}/actions/runs/{environ['GITHUB_RUN_ID']}"
    owner = _without_secrets(page) or f"{_user()}@{socket.gethostname()} process {os.getpid()}"
    return visible(owner)[:MOST_CHARACTERS]


def _without_secrets(page: str) -> str:
    """A URL without user, password, query and fragment, which may hold tokens."""
    address = re.split(r"[?#]", page, maxsplit=1)[0]
    return re.sub(r"^([\w+.-]+://)?[^/]*@", r"\1", address)


def new_run_id(epoch_s: float) -> str:
    """An id for a run, in order of time: 20261127T171500.123-4f2a9c1b."""
    at = datetime.fromtimestamp(epoch_s, UTC).isoformat(timespec="milliseconds")
    return f"{at[:23].translate(_NO_MARKS)}-{secrets.token_hex(4)}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run a user that nobody named
        return "nobody"
