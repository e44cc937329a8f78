"""A server that gives credentials as AWS's do: metadata service, container, STS, single sign-on.

Sources:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs

EXPIRES = "2099-01-01T00:00:00Z"
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
STS_REPLY = """<{0}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{0}Result>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/demo/s</Arn>
<AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser><Credentials>
<AccessKeyId>AK{0}</AccessKeyId><SecretAccessKey>SK</SecretAccessKey>
<SessionToken>token-{0}</SessionToken><Expiration>{1}</Expiration>
</Credentials></{0}Result></{0}Response>"""


class _Handler(BaseHTTPRequestHandler):
    server: CredentialServer

    def do_PUT(self) -> None:
        lifetime = self.headers["x-aws-ec2-metadata-token-ttl-seconds"]
        self._answer("metadata token", "session" if lifetime else "")

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(ROLE_PATH):
            self._answer_metadata(path.removeprefix(ROLE_PATH))
        elif path == "/container" and self.headers["Authorization"] == "Bearer secret":
            self._answer("container", json.dumps(keys("container")))
        elif path == "/federation/credentials":
            self._answer_sign_on()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = form["Action"][0]
        is_proven = form.get("WebIdentityToken") == ["proof"] or "Authorization" in self.headers
        if is_proven and form["RoleArn"] == ["arn:aws:iam::123456789012:role/demo"]:
            self._answer(action, STS_REPLY.format(action, EXPIRES), "text/xml")
        else:
            self.send_error(403)

    def _answer_metadata(self, role: str) -> None:
        if self.headers["x-aws-ec2-metadata-token"] != "session":
            self.send_error(401)
        elif role:
            self._answer("metadata", json.dumps(keys("metadata") | {"Code": "Success"}))
        else:
            self._answer("metadata role", "demo")

    def _answer_sign_on(self) -> None:
        if self.headers["x-amz-sso_bearer_token"] != "signed-on":
            self.send_error(401)
            return
        found = {
            "accessKeyId": "AKsso",
            "secretAccessKey": "SK",
            "sessionToken": "token-sso",
            "expiration": 4_070_908_800_000,
        }
        self._answer("sso", json.dumps({"roleCredentials": found}))

    def _answer(self, what: str, text: str, kind: str = "application/json") -> None:
        self.server.asked[what] += 1
        time.sleep(0.05)  # so that others come meanwhile
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


def keys(source: str) -> dict[str, str]:
    return {
        "AccessKeyId": f"AK{source}",
        "SecretAccessKey": "SK",
        "Token": f"token-{source}",
        "Expiration": EXPIRES,
    }


class CredentialServer(ThreadingHTTPServer):
    """asked: how often for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: Counter[str] = Counter()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> CredentialServer:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
