#!/usr/bin/env python3
"""The stacks of the dashboard in AWS.

    cdk deploy --app "python app.py" --context stage=prod IOpsDashboard-DatabaseStack

The stage is dev unless the context says another. The modules beside this one are generated from the
declarations (`make generate`); this app is written by hand, needs aws-cdk-lib, and not Trueup.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

STAGES = ("dev", "beta", "prod")


class CoreStack(cdk.Stack):
    """What the other stacks stand on: the role that code outside of the layer runs with."""

    def __init__(self, scope: Construct, construct_id: str, **settings: Any) -> None:
        super().__init__(scope, construct_id, **settings)
        self.lambda_execution_role = iam.Role(
            self, "LambdaExecutionRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )


class DatabaseStack(cdk.Stack):
    """The tables of a stage, with their alarms and functions; and what a role may do with them.

    The role gets what the three functions declare, each call on its table or index, and no more.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        lambda_execution_role: iam.Role,
        **settings: Any,
    ) -> None:
        super().__init__(scope, construct_id, **settings)
        layer = import_module(stage).DataLayer(self, "DataLayer")
        self.metrics_table = layer.iops_dashboard_metrics_table
        self.insights_table = layer.iops_dashboard_insights_table
        # A policy of this stack, so that it depends on the stack of the role, and not both on both.
        access = iam.Policy(self, "DataAccess", roles=[lambda_execution_role])
        layer.grant_process_metrics(access)
        layer.grant_predict_risks(access)
        layer.grant_ask_dashboard(access)


class IntelligenceStack(cdk.Stack):
    """The topic of alerts, which is also that of the alarms; the role may publish to it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        lambda_execution_role: iam.Role,
        **settings: Any,
    ) -> None:
        super().__init__(scope, construct_id, **settings)
        self.alerts = sns.Topic(self, "Alerts", enforce_ssl=True)
        access = iam.Policy(self, "AlertAccess", roles=[lambda_execution_role])
        self.alerts.grant_publish(access)


def main() -> None:
    """Make the three stacks of a stage."""
    app = cdk.App()
    stage = app.node.try_get_context("stage") or "dev"
    if stage not in STAGES:
        raise SystemExit(f"there is no stage {stage}; there are {', '.join(STAGES)}")
    env = cdk.Environment(
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION") or "us-east-1",
    )
    core = CoreStack(
        app,
        "IOpsDashboard-CoreStack",
        env=env,
        description="Core infrastructure for Intelligent Operations Dashboard",
    )
    database = DatabaseStack(
        app,
        "IOpsDashboard-DatabaseStack",
        env=env,
        description="DynamoDB tables for metrics and insights",
        stage=stage,
        lambda_execution_role=core.lambda_execution_role,
    )
    intelligence = IntelligenceStack(
        app,
        "IOpsDashboard-IntelligenceStack",
        env=env,
        description="AI inference and alerting",
        lambda_execution_role=core.lambda_execution_role,
    )
    database.add_stack_dependency(core)
    intelligence.add_stack_dependency(core)
    app.synth()


if __name__ == "__main__":
    main()
