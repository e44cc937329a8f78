"""The API itself, its deployment and its stage.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from ....model.declarations.infrastructure.api import RestApi
from ...permissions.statements import trust
from ...values import ARNS, Attribute, Property, Resource
from .names import API, STAGE

ACCOUNT = "ApiAccount"
# No name here ends as those of functions' logs and roles do, so that none can be the same.
LOG = "ApiStageLogGroup"
_LOGGED = {
    "requestId": "$context.requestId",
    "clientId": "$context.identity.apiKeyId",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "latencyMs": "$context.responseLatency",
    "requestTime": "$context.requestTimeEpoch",
}
"""What the log of calls has: who and what, never the value of a key, a body or a value in a path.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html"""


def api_resource(api: RestApi, name: str, tags: Sequence[Property]) -> Resource:
    """The API. name: its name in the account."""
    properties: dict[str, Property] = {
        "Name": name,
        **({"Description": api.description} if api.description else {}),
        "ApiKeySourceType": "HEADER",
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "Tags": tags,
    }
    return Resource(API, "AWS::ApiGateway::RestApi", properties)


def deployment_resource(parts: Sequence[Resource]) -> Resource:
    """What makes the methods of an API take effect. A stage keeps the methods of its deployment:
    changed ones need a new deployment, so that its logical name says what they are.

    parts: all that it takes effect of.
    """
    digest = sha256(repr(parts).encode()).hexdigest()[:10]
    return Resource(
        f"ApiDeployment{digest}",
        "AWS::ApiGateway::Deployment",
        {"RestApiId": Attribute(API)},
        depends_on=tuple(one.id for one in parts if one.type != "AWS::Lambda::Permission"),
    )


def stage_resources(
    api: RestApi, name: str, deployment: Resource, tags: Sequence[Property]
) -> Iterator[Resource]:
    """The stage, and the log of its calls."""
    log: dict[str, Property] = {
        "LogGroupName": f"/aws/apigateway/{name}",
        "RetentionInDays": api.log_days,
        "Tags": tags,
    }
    yield Resource(LOG, "AWS::Logs::LogGroup", log)
    after: tuple[str, ...] = ()
    if api.account_logs:
        yield from _account(tags)
        after = (ACCOUNT,)
    settings: dict[str, Property] = {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "MetricsEnabled": True,
        "LoggingLevel": "ERROR",
        "DataTraceEnabled": False,  # a trace has headers, keys among them, and bodies
    }
    if api.rate is not None and api.burst is not None:
        settings |= {"ThrottlingRateLimit": api.rate, "ThrottlingBurstLimit": api.burst}
    properties: dict[str, Property] = {
        "RestApiId": Attribute(API),
        "StageName": api.stage,
        "DeploymentId": Attribute(deployment.id),
        "TracingEnabled": api.traced,
        "AccessLogSetting": {
            "DestinationArn": Attribute(LOG, "Arn"),
            "Format": json.dumps(_LOGGED, separators=(",", ":")),
        },
        "MethodSettings": [settings],
        "Tags": tags,
    }
    yield Resource(STAGE, "AWS::ApiGateway::Stage", properties, depends_on=after)


def _account(tags: Sequence[Property]) -> Iterator[Resource]:
    """What lets the APIs of the account write logs: one for an account in a region."""
    logs = f"{ARNS}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    role: dict[str, Property] = {
        "Description": "What lets the APIs of this account write logs",
        "AssumeRolePolicyDocument": trust("apigateway.amazonaws.com"),
        "ManagedPolicyArns": [logs],
        "Tags": tags,
    }
    # Both are kept: other APIs of the account write by them too.
    yield Resource("ApiAccountIdentity", "AWS::IAM::Role", role, is_kept=True)
    account: dict[str, Property] = {"CloudWatchRoleArn": Attribute("ApiAccountIdentity", "Arn")}
    yield Resource(ACCOUNT, "AWS::ApiGateway::Account", account, is_kept=True)
