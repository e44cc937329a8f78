"""Fresh processes that measure: which Python they run on, and what they see of the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .names import REGION
from .serving import Served

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".venv-bench"

_LONGEST_S = 600.0
_OWN_ENVIRONMENT = {"aioboto3": ENVIRONMENTS / "aioboto3" / "bin" / "python"}
"""Libraries that need versions which the others cannot use."""

DISTRIBUTIONS = {
    "trueup": ("trueup", "pydantic", "msgspec", "orjson", "httptools"),
    "trueup_botocore": ("botocore",),
    "boto3": ("boto3", "botocore", "urllib3"),
    "pynamodb": ("pynamodb",),
    "pydynox_model": ("pydynox",),
    "pydynox_pydantic": ("pydynox", "pydantic"),
    "dyntastic": ("dyntastic",),
    "aiodynamo": ("aiodynamo", "aiohttp"),
    "aioboto3": ("aioboto3", "aiobotocore", "botocore", "aiohttp"),
    "floor": ("trueup",),
}
"""What is installed for each library."""

_SHOW_VERSIONS = """\
import importlib.metadata as metadata, json, sys
def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


class Missing(Exception):
    """A library that the benchmark compares with is not installed."""


class Failed(Exception):
    """A process that measures ended with an error."""


@dataclass(frozen=True, slots=True)
class Processes:
    """Starts processes that measure against one server. home: an empty folder, for settings."""

    served: Served
    home: Path

    def run(self, mode: str, library: str, repetitions: int = 1) -> Any:
        """What `worker.py` prints.

        Raises Failed with what it said, where it ends with an error.
        """
        command = [python_of(library), "-m", "bench.client.worker", mode, library]
        command += [self.served.url, str(repetitions)]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
        if ended.returncode:
            raise Failed(f"{library} failed ({mode}):\n{ended.stderr}")
        return json.loads(ended.stdout)

    def _environment(self) -> dict[str, str]:
        """Credentials of the environment, and the server's authority for every library."""
        hidden = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "PYTHON")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(hidden)}
        authority = str(self.served.authority)
        return kept | {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": str(self.home / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / "credentials"),
            "AWS_CA_BUNDLE": authority,
            "SSL_CERT_FILE": authority,
            "NO_PROXY": "127.0.0.1",
        }


def python_of(library: str) -> str:
    """The Python that has the library installed."""
    return str(_OWN_ENVIRONMENT.get(library, sys.executable))


def find_versions(
    distributions: Mapping[str, Sequence[str]] = DISTRIBUTIONS,
) -> dict[str, dict[str, str]]:
    """The versions that each library is measured with. distributions: what each one needs.

    Raises Missing with the names of those that are not installed.
    """
    found: dict[str, dict[str, str]] = {}
    missing: list[str] = []
    for library, names in distributions.items():
        versions = _installed(library, names)
        found[library] = {name: version for name, version in versions.items() if version}
        missing += [f"{name} (for {library})" for name in names if name not in found[library]]
    if missing:
        raise Missing(
            f"the client benchmark compares with libraries that are not installed: "
            f"{', '.join(missing)}; run `make bench`, which installs them in .venv-bench"
        )
    return found


def _installed(library: str, names: Sequence[str]) -> dict[str, str | None]:
    """The version of each distribution that the library's Python has; None where it has none."""
    command = [python_of(library), "-c", _SHOW_VERSIONS, *names]
    try:
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except OSError:  # there is no such Python
        return dict.fromkeys(names)
    versions: dict[str, str | None] = json.loads(printed)
    return versions
