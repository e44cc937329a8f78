"""An account in the emulator: its clients, and stacks that are deployed there."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from tests.waiting import wait_until
from trueup.testing.ministack import Server

CODE = """
import json

def respond(event, context):
    identity = event["requestContext"]["identity"]
    return {"statusCode": 200, "body": json.dumps(sorted(identity))}

health = submit_job = list_jobs = get_job = migrate = respond
"""
"""What answers in place of the functions: what is tried is what stands before them."""


class Account:
    """The emulator's account. It takes each template from a bucket, as AWS takes large ones."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = cache(self._client)
        self.client("s3").create_bucket(Bucket="deploys")
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            for folder in ("systems", "systems/pdfjobs", "app"):
                archive.writestr(f"{folder}/__init__.py", "")
            archive.writestr("systems/pdfjobs/handlers.py", CODE)
            archive.writestr("app/handlers.py", CODE)
        self.put("code.zip", code.getvalue())

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=f"http://{self.server.host}:{self.server.port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def put(self, key: str, content: bytes) -> None:
        """Store an object."""
        self.client("s3").put_object(Bucket="deploys", Key=key, Body=content)

    def deploy(self, name: str, text: str, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        """Create a stack, and wait for its end. Returns its description."""
        self.put(f"{name}.json", text.encode())
        given = [{"ParameterKey": key, "ParameterValue": one} for key, one in parameters.items()]
        self.client("cloudformation").create_stack(
            StackName=name,
            TemplateURL=f"http://{self.server.host}:{self.server.port}/deploys/{name}.json",
            Parameters=given,
            Capabilities=["CAPABILITY_IAM"],
        )
        wait_until(lambda: not self.stack(name)["StackStatus"].endswith("IN_PROGRESS"), 60)
        return self.stack(name)

    def stack(self, name: str) -> Mapping[str, Any]:
        """The description of a stack."""
        found: Mapping[str, Any] = self.client("cloudformation").describe_stacks(StackName=name)
        described: Mapping[str, Any] = found["Stacks"][0]
        return described

    def failures(self, name: str) -> list[str]:
        """Why resources of a stack failed."""
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [
            f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}"
            for one in events
            if one["ResourceStatus"].endswith("FAILED")
        ]

    def ids(self, name: str) -> dict[str, str]:
        """The physical identifiers of a stack's resources, by logical ones."""
        found = self.client("cloudformation").describe_stack_resources(StackName=name)
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found["StackResources"]
        }


def outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    """The outputs of a stack."""
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}


PARAMETERS = {
    "CodeBucket": "deploys",
    "CodeKey": "code.zip",
    "AlarmTopicArn": "arn:aws:sns:us-east-1:000000000000:alarms",
}


def parameters_of(made: Mapping[str, Any]) -> dict[str, str]:
    """A value for each parameter of a template."""
    return {name: PARAMETERS[name] for name in made.get("Parameters", ())}
