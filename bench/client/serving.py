"""Starts and stops the server, with a certificate that is made for this run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. authority: the file with the certificate that clients must trust."""

    url: str
    authority: Path


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Run the server; its certificate is written to `folder`."""
    certificate, authority = _write_certificates(folder)
    command = [sys.executable, "-m", "bench.client.server", str(certificate)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        try:
            assert process.stdout is not None
            yield Served(f"https://{HOST}:{int(process.stdout.readline())}", authority)
        finally:
            process.terminate()


def _write_certificates(folder: Path) -> tuple[Path, Path]:
    """The server's, with its key, and the authority's."""
    authority = trustme.CA()
    issued = authority.issue_cert(HOST)
    certificate = folder / "server.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(folder / "authority.pem")
    return certificate, folder / "authority.pem"
