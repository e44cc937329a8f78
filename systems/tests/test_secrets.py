"""No system holds a credential: who it is comes from the environment, or from a secret of AWS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trueup
from systems.domainflow.tables import layer
from trueup import InvalidCall

SYSTEMS = Path(__file__).parents[1]
CREDENTIAL = re.compile(
    r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@\"']+:[^/\s@\"']+@"
    r"|(?i:password|secret_access_key)[\"']?\s*[:=]\s*[\"'](?!test[\"'])[^\"'{]+[\"']"
)
"""But for `test`, which emulators of AWS are given, since they check nothing."""
TEXTS = {".py", ".md", ".sh", ".sql", ".toml", ".json", ".yaml", ".yml"}


@pytest.mark.parametrize(
    "text",
    [
        "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgresql://app:hunter2@db.example.com/app",
        "password = 'hunter2'",
        '{"password": "hunter2"}',
        "AWS_SECRET_ACCESS_KEY='wJalrXUtnFEMI'",
    ],
)
def test_credential_is_recognised(text: str) -> None:
    assert CREDENTIAL.search(text)


@pytest.mark.req("D83")
def test_no_file_of_a_system_holds_a_credential() -> None:
    files = [
        file
        for file in SYSTEMS.rglob("*")
        if file.suffix in TEXTS and file != Path(__file__) and file.is_file()
    ]
    assert len(files) > 100
    found = [str(file) for file in files if CREDENTIAL.search(file.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.req("D83")
def test_url_with_a_password_opens_nothing() -> None:
    with pytest.raises(InvalidCall) as refused:
        trueup.connect("postgresql://app:hunter2@db.example.com/domainflow", layer)
    assert "hunter2" not in str(refused.value)
