#!/usr/bin/env python3
"""The stacks of nexus in AWS, one for each stage: `cdk deploy --app "python app.py" nexus-beta`.

It needs aws-cdk-lib, and the modules that `trueup generate iac --format cdk` writes beside it:
README.md has the command. They are large, and not kept in the repository.
"""

from __future__ import annotations

import os
from importlib import import_module

import aws_cdk as cdk

STAGES = ("alpha", "beta", "prod")


def main() -> None:
    """Make the stack of every stage, all of one declaration."""
    app = cdk.App()
    env = cdk.Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION") or "us-east-1",
    )
    for stage in STAGES:
        name = f"nexus-{stage}"
        stack = cdk.Stack(app, name, env=env, description=f"Tables of nexus on the stage {stage}")
        import_module(f"nexus_{stage}").DataLayer(stack, "DataLayer")
    app.synth()


if __name__ == "__main__":
    main()
