"""Credentials from every place AWS has them: one question for 32 callers, and signed with."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.wire.credential_server import EXPIRES, CredentialServer
from tests.wire.server import FaultServer

ROLE = "arn:aws:iam::123456789012:role/demo"


@dataclass(frozen=True, slots=True)
class Source:
    """A place credentials come from.

    asked: what the server of credentials is asked for, once. prepare: writes the files below a
        home, and returns the environment.
    """

    key: str
    asked: tuple[str, ...]
    prepare: Callable[[Path, str], dict[str, str]]


def metadata(home: Path, url: str) -> dict[str, str]:
    return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_EC2_METADATA_V1_DISABLED": "true"}


def container(home: Path, url: str) -> dict[str, str]:
    (home / "bearer").write_text("Bearer secret")
    return {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(home / "bearer"),
    }


def web_identity(home: Path, url: str) -> dict[str, str]:
    (home / "proof").write_text("proof")
    return {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / "proof"),
        "AWS_ROLE_ARN": ROLE,
        "AWS_ENDPOINT_URL_STS": url,
    }


def assumed_role(home: Path, url: str) -> dict[str, str]:
    write_config(
        home,
        "[profile demo]",
        f"role_arn = {ROLE}",
        "source_profile = base",
        "[profile base]",
        "aws_access_key_id = AKbase",
        "aws_secret_access_key = SK",
    )
    return {"AWS_PROFILE": "demo", "AWS_ENDPOINT_URL_STS": url}


def single_sign_on(home: Path, url: str) -> dict[str, str]:
    write_config(
        home,
        "[profile demo]",
        "sso_start_url = https://example.org/start",
        "sso_region = eu-west-1",
        "sso_account_id = 123456789012",
        "sso_role_name = demo",
    )
    cache = home / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    name = hashlib.sha1(b"https://example.org/start", usedforsecurity=False).hexdigest()
    token = {"accessToken": "signed-on", "expiresAt": EXPIRES, "startUrl": "x"}
    (cache / f"{name}.json").write_text(json.dumps(token))
    return {"AWS_PROFILE": "demo", "AWS_ENDPOINT_URL_SSO": url}


def process(home: Path, url: str) -> dict[str, str]:
    found = {"Version": 1, "AccessKeyId": "AKprocess", "SecretAccessKey": "SK"}
    (home / "keys.json").write_text(json.dumps(found | {"SessionToken": "token-process"}))
    write_config(home, "[default]", f"credential_process = cat {home / 'keys.json'}")
    return {}


def shared_file(home: Path, url: str) -> dict[str, str]:
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKshared\naws_secret_access_key = SK\n"
        "aws_session_token = token-shared\n"
    )
    return {}


def write_config(home: Path, *lines: str) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("\n".join(lines))


SOURCES = [
    Source("metadata", ("metadata token", "metadata role", "metadata"), metadata),
    Source("container", ("container",), container),
    Source("AssumeRoleWithWebIdentity", ("AssumeRoleWithWebIdentity",), web_identity),
    Source("AssumeRole", ("AssumeRole",), assumed_role),
    Source("sso", ("sso",), single_sign_on),
    Source("process", (), process),
    Source("shared", (), shared_file),
]


def run(url: str, flavour: str, home: Path, environ: dict[str, str]) -> list[str]:
    """The watched modules that 32 first calls have imported."""
    plain = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
        "AWS_REGION": "eu-west-1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.wire.first_calls", url, flavour],
        env=plain | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    modules: list[str] = json.loads(done.stdout)
    return modules


@pytest.mark.req("M71")
@pytest.mark.parametrize("flavour", ["blocking", "awaiting"])
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_credentials_are_asked_for_once_and_signed_with(
    source: Source, flavour: str, tmp_path: Path
) -> None:
    with CredentialServer() as credentials, FaultServer() as server:
        environ = source.prepare(tmp_path, credentials.url)
        assert "botocore" in run(server.url, flavour, tmp_path, environ)
        assert dict(credentials.asked) == dict.fromkeys(source.asked, 1)
    assert len(server.heads) == 32
    for head in server.heads:
        assert f"Credential=AK{source.key}/".encode() in head
        assert f"X-Amz-Security-Token: token-{source.key}".encode() in head


def test_credentials_of_the_environment_need_no_botocore(tmp_path: Path) -> None:
    environ = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK"}
    with FaultServer() as server:
        assert run(server.url, "blocking", tmp_path, environ) == []
        assert run(server.url, "awaiting", tmp_path, environ) == ["asyncio", "concurrent.futures"]
    assert len(server.heads) == 64


def test_no_credentials_is_an_operators_error(tmp_path: Path) -> None:
    program = "import time;" + "".join(
        [
            "from trueup.engines.dynamodb.wire.blocking import DirectWire, HttpPayload;",
            "wire = DirectWire();",
            "wire.perform(HttpPayload('GetItem', b'{}'), time.monotonic() + 20)",
        ]
    )
    environ = {
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "AWS_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert "NeedsOperator: [cannot-open] no AWS credentials were found" in done.stderr


@pytest.mark.parametrize(
    ("package", "module"), [("httptools", "http.reply_reader"), ("botocore", "aws.sdk")]
)
def test_a_missing_package_names_the_extra(package: str, module: str, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.modules['{package}'] = None;"
        f"import trueup.engines.dynamodb.wire.{module} as m;"
        "m.SdkCredentials('', 'eu-west-1').fetch()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"[missing-extra] DynamoDB needs the package {package}" in done.stderr
    assert "install trueup[dynamodb]" in done.stderr
