"""The dashboard's stack on an emulator of AWS: deployed, filled, asked, verified, and found out.

The commands are those of `README.md`. What the emulator lacks is left out of the template and told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import botocore.session
from botocore.exceptions import WaiterError

from trueup.testing.ministack import Server, running_ministack

T = TypeVar("T")

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
STAGE = "dev"
STACK = "IOpsDashboard-DatabaseStack"
REGION = "us-east-1"
SERVICES = "dynamodb,dynamodbstreams,cloudformation,cloudwatch,iam,lambda,logs,s3"
TABLES = ("iops-dashboard-metrics", "iops-dashboard-insights")
UNKNOWN = tuple(f"{table} pitr.days" for table in TABLES)
"""What the emulator does not tell of tables, so that nobody can verify it there."""
DROPPED = frozenset({"ttl", "pitr.enabled", "pitr.days"})
"""The facts that the emulator's CloudFormation leaves out, though the template has them."""
PARAMETERS = {
    "AlarmTopicArn": f"arn:aws:sns:{REGION}:000000000000:alarms",
    "CodeBucket": "code",
    "CodeKey": "iops.zip",
}
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
LONGEST_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Done:
    """A step: what was done, what came of it, and how long it took."""

    what: str
    lines: tuple[str, ...]
    duration_s: float
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """What a command printed, and its exit code."""

    code: int
    text: str


@dataclass(slots=True)
class Deployment:
    """A stack on a running emulator. folder: for files that are made. steps: those done."""

    server: Server
    folder: Path
    steps: list[Done] = field(default_factory=list)

    @property
    def template(self) -> Path:
        """The generated template."""
        return self.folder / f"{STACK}.json"

    def client(self, service: str) -> Any:
        """A client of one of the emulator's services, which botocore does not type."""
        endpoint = f"http://{self.server.host}:{self.server.port}"
        session = botocore.session.Session()
        return session.create_client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )

    def trueup(self, *arguments: str) -> Command:
        """Run a command of Trueup in the folder of the system."""
        return self.run(sys.executable, "-m", "trueup", *arguments)

    def run(self, *command: str) -> Command:
        """Run a program in the folder of the system, on the emulator."""
        paths = [str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        done = subprocess.run(
            command,
            cwd=FOLDER,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "PYTHONPATH": os.pathsep.join(paths),
                "TRUEUP": f"{sys.executable} -m trueup",
                "TRUEUP_STAGE": STAGE,
                "TRUEUP_URL": self.server.url,
                **KEYS,
            },
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_WAIT_S,
            check=False,
        )
        return Command(done.returncode, done.stdout + done.stderr)

    def note(self, what: str, step: Callable[[], tuple[Sequence[str], bool]]) -> Done:
        """Do a step, and keep what came of it."""
        started = time.perf_counter()
        lines, is_good = step()
        done = Done(what, tuple(lines), time.perf_counter() - started, is_good)
        self.steps.append(done)
        return done


@contextmanager
def deployment() -> Iterator[Deployment]:
    """An emulator without anything in it."""
    with running_ministack(SERVICES) as server, TemporaryDirectory(prefix="iops-") as folder:
        yield Deployment(server, Path(folder))


def generate(made: Deployment) -> tuple[Sequence[str], bool]:
    """The template of the stage, as `trueup generate iac` writes it."""
    done = made.trueup("generate", "iac", "--out", str(made.template))
    resources = json.loads(made.template.read_text(encoding="utf-8"))["Resources"]
    return [f"{len(resources)} resources, {made.template.stat().st_size:,} bytes"], done.code == 0


def deploy(made: Deployment) -> tuple[Sequence[str], bool]:
    """The stack, made of the template by CloudFormation; its outputs, by their names."""
    template = json.loads(made.template.read_text(encoding="utf-8"))
    kept = {name: one for name, one in template["Resources"].items() if not _is_lacking(one)}
    left_out = len(template["Resources"]) - len(kept)
    storage, formation = made.client("s3"), made.client("cloudformation")
    storage.create_bucket(Bucket=PARAMETERS["CodeBucket"])
    body = json.dumps({**template, "Resources": kept}).encode()
    storage.put_object(Bucket=PARAMETERS["CodeBucket"], Key="template.json", Body=body)
    formation.create_stack(
        StackName=STACK,
        TemplateURL=f"http://{made.server.host}:{made.server.port}/code/template.json",
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    stack = _finished(formation)
    lines = [f"{one['OutputKey']} = {one['OutputValue']}" for one in stack.get("Outputs", [])]
    said = f"{left_out} alarms left out: the emulator has none of metric math, and no composites"
    return [*lines, said], stack["StackStatus"] == "CREATE_COMPLETE"


def _is_lacking(resource: Mapping[str, Any]) -> bool:
    """Whether the emulator has no such resource."""
    is_composite = resource["Type"] == "AWS::CloudWatch::CompositeAlarm"
    return is_composite or "Metrics" in resource["Properties"]


def _finished(formation: Any) -> Mapping[str, Any]:
    """The stack, when nothing is in progress any more; its status says how that ended."""
    waiter = formation.get_waiter("stack_create_complete")
    with suppress(WaiterError):  # rolled back, or not ready in time: the status says so
        waiter.wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": LONGEST_WAIT_S})
    [stack] = formation.describe_stacks(StackName=STACK)["Stacks"]
    found: Mapping[str, Any] = stack
    return found


def fill(made: Deployment) -> tuple[Sequence[str], bool]:
    """The dashboard's examples, and the two items that its document inserts by hand."""
    done = [made.trueup("seed", name) for name in ("demo", "sample")]
    lines = [one.text.strip().splitlines()[-1] for one in done]
    return lines, all(one.code == 0 for one in done)


def ask(script: str, *arguments: str) -> Callable[[Deployment], tuple[Sequence[str], bool]]:
    """A step that runs one of the two scripts of the document."""

    def step(made: Deployment) -> tuple[Sequence[str], bool]:
        done = made.run("sh", f"scripts/{script}", *arguments)
        return done.text.strip().splitlines(), done.code == 0 and bool(done.text.strip())

    return step


def find_gaps(made: Deployment) -> tuple[Sequence[str], bool]:
    """What the emulator dropped is found, and nothing else differs."""
    found = _differing(made)
    return found, bool(found) and {one.split(" ")[1] for one in found} <= DROPPED


def mend(made: Deployment) -> tuple[Sequence[str], bool]:
    """The tables are taken over from the stack, and made as declared."""
    done = [
        made.trueup("adopt", "--own", "--auto-approve"),
        made.trueup("apply", "--auto-approve"),
    ]
    lines = [line for one in done for line in one.text.splitlines() if line.startswith("✓")]
    return lines, all(one.code == 0 for one in done)


def verify(made: Deployment) -> tuple[Sequence[str], bool]:
    """Every declared fact beside the template and the live tables."""
    found = _verified(made)
    agreeing = sum(one["verdict"] == "agrees" for one in found)
    differing = [one for one in found if one["verdict"] == "differs"]
    return [f"{agreeing} facts agree, {len(UNKNOWN)} cannot be seen here"], not differing


def _verified(made: Deployment, *sides: str) -> Sequence[Mapping[str, Any]]:
    """The facts, each with what is declared and found. sides: options; all three if none."""
    accepted = made.folder / "accepted.txt"
    accepted.write_text("\n".join(UNKNOWN), encoding="utf-8")
    three = ("--template", str(made.template), "--live", "--accept-unknown", str(accepted))
    done = made.trueup("verify", *(sides or three), "--json")
    facts: Sequence[Mapping[str, Any]] = json.loads(done.text)["facts"]
    return facts


def _differing(made: Deployment, *sides: str) -> list[str]:
    """The facts that differ, each with what was found."""
    return [
        f"{one['table']} {one['fact']} is {one['found']}, declared {one['expected']}"
        for one in _verified(made, *sides)
        if one["verdict"] == "differs"
    ]


def drift(made: Deployment) -> tuple[Sequence[str], bool]:
    """Somebody switches the expiry of insights off by hand, and verification names it."""
    made.client("dynamodb").update_time_to_live(
        TableName="iops-dashboard-insights",
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"},
    )
    found = _differing(made)
    return found, [one.split(" ")[:2] for one in found] == [["iops-dashboard-insights", "ttl"]]


def edit(made: Deployment) -> tuple[Sequence[str], bool]:
    """Somebody edits a copy of the template, and verification names the property's line."""
    text = made.template.read_text(encoding="utf-8")
    copy = made.template.with_name("edited.json")
    before, _, after = text.partition("NEW_AND_OLD_IMAGES")
    copy.write_text(f"{before}KEYS_ONLY{after}", encoding="utf-8")
    facts = _verified(made, "--template", str(copy))
    found = [
        (one["found_at"].rpartition("/")[2], f"{one['fact']} is {one['found']}")
        for one in facts
        if one["verdict"] == "differs"
    ]
    edited = len(before.rpartition('"StreamSpecification"')[0].splitlines())
    said = [": ".join(one) for one in found]
    return said, found == [(f"{copy.name}:{edited}", "stream is KEYS_ONLY")]


STEPS: Mapping[str, Callable[[Deployment], tuple[Sequence[str], bool]]] = {
    "generate the template": generate,
    "deploy it": deploy,
    "verify: what the emulator's CloudFormation left out is found": find_gaps,
    "adopt --own, apply: it is mended": mend,
    "seed": fill,
    "query-metrics.sh: students with a health score below 70": ask("query-metrics.sh"),
    "query-insights.sh: the latest insights of a student": ask("query-insights.sh"),
    "verify three ways: declarations, template, live": verify,
    "switch the expiry of insights off by hand, and verify again": drift,
    "edit the stream in a copy of the template, and verify that": edit,
}
