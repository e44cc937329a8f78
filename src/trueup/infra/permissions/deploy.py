"""The policy of who deploys a stack: what its types of resources need, under the stack's names.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..._dataclass import dataclass
from ...engines.dynamodb.permissions import NEEDS
from ..values import ARNS, PLACE, Property, Stack
from .statements import Statement, document, together

_APPLY = next(need for need in NEEDS if need.command == "apply")
_REGION = f"{ARNS}:apigateway:${{AWS::Region}}::"


@dataclass(frozen=True, slots=True)
class Needed:
    """What resources of a type need. arns: `{name}` is the property `named`, `{stack}` the stack's
    name. condition: one of `_CONDITIONS`."""

    service: str
    arns: tuple[str, ...]
    actions: str
    named: str = ""
    condition: str = ""


_ROLE_ARN = f"{ARNS}:iam::${{AWS::AccountId}}:role/{{stack}}-*"
_LOG = f"{ARNS}:logs:{PLACE}:log-group:{{name}}"
_PASSED = "lambda.amazonaws.com apigateway.amazonaws.com rds.amazonaws.com"
_CONDITIONS: Mapping[str, Mapping[str, Property]] = {
    "": {},
    "in the region": {"StringEquals": {"aws:RequestedRegion": "${AWS::Region}"}},
    "passed": {"StringEquals": {"iam:PassedToService": _PASSED.split()}},
}
_BY_SERVICE: Mapping[str, tuple[Needed, ...]] = {
    "AWS::DynamoDB": (
        Needed(
            "dynamodb",
            (f"{ARNS}:dynamodb:{PLACE}:table/{{name}}",),
            " ".join(one.partition(":")[2] for one in (*_APPLY.on_tables, "dynamodb:DeleteTable")),
            "TableName",
        ),
        Needed(
            "dynamodb",
            (f"{ARNS}:dynamodb:{PLACE}:table/{{name}}/index/*",),
            " ".join(one.partition(":")[2] for one in _APPLY.on_indexes),
            "TableName",
        ),
    ),
    "AWS::ApplicationAutoScaling": (
        Needed(
            "application-autoscaling",
            ("*",),
            "RegisterScalableTarget DeregisterScalableTarget DescribeScalableTargets "
            "PutScalingPolicy DeleteScalingPolicy DescribeScalingPolicies TagResource "
            "ListTagsForResource",
        ),
    ),
    "AWS::CloudWatch": (
        Needed(
            "cloudwatch",
            (f"{ARNS}:cloudwatch:{PLACE}:alarm:*",),
            "PutMetricAlarm PutCompositeAlarm DeleteAlarms DescribeAlarms TagResource "
            "UntagResource ListTagsForResource",
        ),
        Needed(
            "cloudwatch",
            (f"{ARNS}:cloudwatch::${{AWS::AccountId}}:dashboard/*",),
            "PutDashboard DeleteDashboards GetDashboard",
        ),
    ),
    "AWS::Lambda": (
        Needed(
            "lambda",
            (f"{ARNS}:lambda:{PLACE}:function:{{name}}",),
            "CreateFunction DeleteFunction GetFunction GetFunctionConfiguration "
            "UpdateFunctionCode UpdateFunctionConfiguration PutFunctionConcurrency "
            "DeleteFunctionConcurrency AddPermission RemovePermission GetPolicy TagResource "
            "UntagResource ListTags",
            "FunctionName",
        ),
        Needed(
            "lambda",
            (f"{ARNS}:lambda:{PLACE}:event-source-mapping:*",),
            "CreateEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping "
            "GetEventSourceMapping TagResource UntagResource ListTags",
        ),
        Needed("s3", (f"{ARNS}:s3:::${{CodeBucket}}/${{CodeKey}}",), "GetObject"),
    ),
    "AWS::IAM": (
        Needed(
            "iam",
            (_ROLE_ARN,),
            "CreateRole DeleteRole GetRole UpdateRole UpdateRoleDescription TagRole UntagRole "
            "UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy GetRolePolicy "
            "ListRolePolicies ListAttachedRolePolicies",
        ),
        Needed("iam", (_ROLE_ARN,), "PassRole", condition="passed"),
    ),
    "AWS::Logs": (
        Needed(
            "logs",
            (_LOG, f"{_LOG}:*"),
            "CreateLogGroup DeleteLogGroup DescribeLogGroups PutRetentionPolicy "
            "DeleteRetentionPolicy TagResource UntagResource ListTagsForResource",
            "LogGroupName",
        ),
    ),
    "AWS::SQS": (
        Needed(
            "sqs",
            (f"{ARNS}:sqs:{PLACE}:{{name}}",),
            "CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes GetQueueUrl TagQueue "
            "UntagQueue ListQueueTags",
            "QueueName",
        ),
    ),
    "AWS::ApiGateway": (
        Needed(
            "apigateway",
            tuple(
                f"{_REGION}/{part}"
                for part in (
                    *("account", "apikeys", "apikeys/*", "restapis", "restapis/*"),
                    *("tags/*", "usageplans", "usageplans/*"),
                )
            ),
            "GET POST PUT PATCH DELETE",
        ),
    ),
    "AWS::EC2": (
        Needed(
            "ec2",
            ("*",),
            "CreateVpc DeleteVpc DescribeVpcs ModifyVpcAttribute DescribeVpcAttribute CreateSubnet "
            "DeleteSubnet DescribeSubnets ModifySubnetAttribute CreateRouteTable DeleteRouteTable "
            "DescribeRouteTables AssociateRouteTable DisassociateRouteTable CreateSecurityGroup "
            "DeleteSecurityGroup DescribeSecurityGroups DescribeSecurityGroupRules "
            "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress "
            "RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateVpcEndpoint "
            "ModifyVpcEndpoint DeleteVpcEndpoints DescribeVpcEndpoints CreateTags DeleteTags "
            "DescribeTags DescribeAvailabilityZones DescribeNetworkInterfaces",
            condition="in the region",
        ),
    ),
    "AWS::RDS": (
        Needed(
            "rds",
            (f"{ARNS}:rds:{PLACE}:*",),
            "CreateDBInstance ModifyDBInstance DeleteDBInstance DescribeDBInstances CreateDBProxy "
            "ModifyDBProxy DeleteDBProxy DescribeDBProxies RegisterDBProxyTargets "
            "DeregisterDBProxyTargets ModifyDBProxyTargetGroup DescribeDBProxyTargetGroups "
            "DescribeDBProxyTargets CreateDBSubnetGroup ModifyDBSubnetGroup DeleteDBSubnetGroup "
            "DescribeDBSubnetGroups CreateDBParameterGroup ModifyDBParameterGroup "
            "DeleteDBParameterGroup DescribeDBParameterGroups DescribeDBParameters "
            "DescribeEngineDefaultParameters AddTagsToResource RemoveTagsFromResource "
            "ListTagsForResource",
        ),
        Needed(
            "secretsmanager",
            (f"{ARNS}:secretsmanager:{PLACE}:secret:rds!*",),
            "CreateSecret TagResource RotateSecret DescribeSecret",
        ),
    ),
}
"""By the service of a type: `AWS::Lambda::Function` is of `AWS::Lambda`."""


def deploy_policy(stack: Stack) -> Mapping[str, Property]:
    """All that a role of CloudFormation needs to make, change and remove the stack's resources.

    It is no policy of least privilege for AWS's own services, such as networks, which name their
    resources by themselves: what can be named is named, and the rest is of the region.
    """
    return document(together(_statements(stack)))


def _statements(stack: Stack) -> Iterator[Statement]:
    services = dict.fromkeys(one.type.rpartition("::")[0] for one in stack.resources)
    allowed: dict[tuple[str, str], set[str]] = {}
    for service in services:
        for needed in _BY_SERVICE[service]:
            for arn in dict.fromkeys(_arns(needed, stack, service)):
                actions = {f"{needed.service}:{name}" for name in needed.actions.split()}
                allowed.setdefault((arn, needed.condition), set()).update(actions)
    for (arn, condition), actions in sorted(allowed.items()):
        yield Statement(arn, frozenset(actions), _CONDITIONS[condition])


def _arns(needed: Needed, stack: Stack, service: str) -> Iterator[str]:
    """The ARNs of the resources of a service that have the property with the name."""
    for arn in needed.arns:
        if not needed.named:
            yield arn.replace("{stack}", stack.name)
            continue
        for resource in stack.resources:
            name = resource.properties.get(needed.named)
            if resource.type.startswith(f"{service}::") and isinstance(name, str):
                yield arn.replace("{name}", name)
