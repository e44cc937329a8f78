"""Certificates for the test server, made anew for each run."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import trustme


def serving(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    """What a server needs to be `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def expired(authority: trustme.CA) -> ssl.SSLContext:
    """What a server has whose certificate ran out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    begin, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
    leaf = authority.issue_cert("127.0.0.1", not_before=begin, not_after=end)
    leaf.configure_cert(context)
    return context


def write_bundle(authority: trustme.CA, folder: Path) -> str:
    """A file for AWS_CA_BUNDLE."""
    path = folder / "authorities.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)
