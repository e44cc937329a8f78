"""No system holds a credential: who it is comes from the environment, or from a secret of AWS."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trueup
from systems.domainflow.tables import layer
from trueup import InvalidCall

SYSTEMS = Path(__file__).parents[1]
SETTINGS = {".sh", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".env"}
"""Files in which a value needs no quotes."""
TEXTS = SETTINGS | {".py", ".md", ".sql", ".json", ".tf", ".txt", ".csv"}
NAME = (
    r"(?i:[\w.-]*(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|token"
    r"|credentials?)(?:[_-](?:id|key|value))?)"
)
KNOWN = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"  # AWS
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|://[^/\s:@\"']+:[^/\s@\"'{$<]+@"  # a URL with a password
    r"|\b(?:gh[pousr]_\w{30}|github_pat_\w{22}|glpat-[\w-]{20})"
    r"|\b(?:[sr]k_live_\w{16}|sk-[\w-]{20}|xox[abprs]-[\w-]{10}|AIza[\w-]{35})"
    r"|\b(?:npm_\w{36}|pypi-AgEI\w{20}|hf_[A-Za-z]{30}|SG\.[\w-]{16,}\.[\w-]{16})"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}"  # a signed token
    r"|(?i:\bpassword\s+'[^']+')"  # of a role, in SQL
)
QUOTED = re.compile(
    NAME
    + r"[\"']?\]?\s*(?::\s*[\w.\[\]| ]+=|[:=])\s*"
    + r"(?![\"']test[\"'])[rbf]?[\"'][^\"'{$<\s][^\"'{\n]*[\"']"
)
"""An assignment, annotated or not, or a key of a map. But for `test`, which emulators of AWS are
given, since they check nothing."""
UNQUOTED = re.compile(
    r"(?m)^\s*(?:-\s+)?(?:(?:export|ENV|ARG)\s+)?"
    + NAME
    + r"[ \t]*[:=][ \t]*(?!(?:test|null|none|true|false|~)\s*$)[^\s\"'{}$<>#!\[\]|&*(]\S*"
)
FOUND = [
    ("a.py", "AKIAABCDEFGHIJKLMNOP"),
    ("a.py", "key = 'ASIAABCDEFGHIJKLMNOP'"),
    ("a.md", "-----BEGIN RSA PRIVATE KEY-----"),
    ("a.py", "postgresql://app:hunter2@db.example.com/app"),
    ("a.py", "password = 'hunter2'"),
    ("a.py", 'password: str = "hunter2"'),
    ("a.py", "    db_password: Final[str | None] = 'hunter2'"),
    ("a.py", 'connect(user="app", password="hunter2")'),
    ("a.py", 'os.environ["PGPASSWORD"] = "hunter2"'),
    ("a.py", "API_KEY = 'a1b2c3'"),
    ("a.py", 'self.token = "a1b2c3"'),
    ("a.py", 'client_secret: str = r"a1b2c3"'),
    ("a.json", '{"password": "hunter2"}'),
    ("a.json", '"secretAccessKey": "a1b2c3"'),
    ("a.json", '"apiKey": "a1b2c3"'),
    ("a.sh", "AWS_SECRET_ACCESS_KEY='wJalrXUtnFEMI'"),
    ("a.sh", "export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI"),
    ("a.sh", "PGPASSWORD=hunter2 psql"),
    ("a.sql", "CREATE ROLE app LOGIN PASSWORD 'hunter2'"),
    ("a.yaml", "db:\n  password: hunter2\n"),
    ("a.yml", "environment:\n  - POSTGRES_PASSWORD=hunter2"),
    ("a.yaml", 'password: "hunter2"'),
    ("a.toml", "api-key = 'a1b2c3'"),
    (".env", "DB_PASSWORD=hunter2"),
    (".env.local", "DB_PASSWORD=hunter2"),
    ("prod.env", "SESSION_TOKEN=a1b2c3"),
    ("prod.env.example", "SESSION_TOKEN=a1b2c3"),
    (".envrc", "export DB_PASSWORD=hunter2"),
    ("Dockerfile", "ENV DB_PASSWORD=hunter2"),
    ("a.py", "ghp_" + "a1" * 18),
    ("a.py", "github_pat_" + "a1" * 20),
    ("a.py", "glpat-" + "a1" * 10),
    ("a.py", "xoxb-" + "12" * 10),
    ("a.py", "sk_live_" + "a1" * 12),
    ("a.py", "sk-" + "a1" * 20),
    ("a.py", "AIza" + "a" * 35),
    ("a.py", "npm_" + "a" * 36),
    ("a.py", "pypi-AgEI" + "a" * 40),
    ("a.py", "hf_" + "a" * 34),
    ("a.py", "SG." + "a" * 22 + "." + "b" * 43),
    ("a.md", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0xMjM0.c2lnbmF0dXJl"),
]
NOT_FOUND = [
    ("a.py", "password: str"),
    ("a.py", "password: SecretStr | None = None"),
    ("a.py", 'password = os.environ["PGPASSWORD"]'),
    ("a.py", 'password = ""'),
    ("a.py", 'url = f"postgresql://{user}:{password}@{host}"'),
    ("a.py", '"password={password}"'),
    ("a.py", "tokens_used=1830"),
    ("a.py", 'Field(description="the tokens that it took")'),
    ("a.py", 'Index("by_key", partition="key")'),
    ("a.py", 'DB_SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:1:secret:db"'),
    ("a.py", 'patch.setenv("AWS_SECRET_ACCESS_KEY", name)'),
    ("a.py", '"AWS_SECRET_ACCESS_KEY": "test"'),
    ("a.md", "The password: it comes from the environment."),
    ("a.md", "postgresql://app@db.example.com:5432/app"),
    ("a.md", "postgresql://app:<password>@db.example.com/app"),
    ("a.json", '{"password": "${DB_PASSWORD}"}'),
    ("a.sh", "export PGPASSWORD=$DB_PASSWORD"),
    ("a.sh", 'export PGPASSWORD="$(aws secretsmanager get-secret-value)"'),
    ("a.sh", "export AWS_SECRET_ACCESS_KEY=test"),
    ("a.yaml", "password: !Ref DatabasePassword"),
    ("a.yaml", "password: ${DB_PASSWORD}"),
    ("a.yaml", "MasterUserPassword: '{{resolve:secretsmanager:db}}'"),
    ("a.yaml", "password:\n  valueFrom: db"),
    (".env", "DB_PASSWORD="),
    ("a.sql", "ALTER ROLE app PASSWORD NULL"),
    ("a.sql", "token text NOT NULL"),
]


def is_read(name: str) -> bool:
    """Whether a file of this name may hold a credential as text."""
    return Path(name).suffix in TEXTS or is_settings(name)


def is_settings(name: str) -> bool:
    """Whether values need no quotes there: `.env`, `.env.local`, `prod.env.example`, …"""
    parts = name.split(".")[1:]
    return (
        Path(name).suffix in SETTINGS
        or name == "Dockerfile"
        or {"env", "envrc"} & {*parts} != set()
    )


def credential_in(name: str, text: str) -> str:
    """The first credential in a file; empty if there is none."""
    patterns = (KNOWN, QUOTED, UNQUOTED) if is_settings(name) else (KNOWN, QUOTED)
    return next((found[0] for pattern in patterns if (found := pattern.search(text))), "")


@pytest.mark.parametrize(("name", "text"), FOUND)
def test_credential_is_recognised(name: str, text: str) -> None:
    assert is_read(name)
    assert credential_in(name, f"# A file\n{text}\n")


@pytest.mark.parametrize(("name", "text"), NOT_FOUND)
def test_what_is_no_credential_is_none(name: str, text: str) -> None:
    assert credential_in(name, f"# A file\n{text}\n") == ""


@pytest.mark.req("D83")
def test_no_file_of_a_system_holds_a_credential() -> None:
    files = [
        file
        for file in SYSTEMS.rglob("*")
        if is_read(file.name) and file != Path(__file__) and file.is_file()
    ]
    assert len(files) > 100
    found = {str(file): credential_in(file.name, file.read_text("utf-8")) for file in files}
    assert {file: credential for file, credential in found.items() if credential} == {}


@pytest.mark.req("D83")
def test_url_with_a_password_opens_nothing() -> None:
    with pytest.raises(InvalidCall) as refused:
        trueup.connect("postgresql://app:hunter2@db.example.com/domainflow", layer)
    assert "hunter2" not in str(refused.value)
