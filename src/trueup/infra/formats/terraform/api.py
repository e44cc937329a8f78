"""REST APIs with their keys and usage plans in Terraform.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_rest_api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .kinds import Kind, Made, as_json, left_out, renamed, snake, verbatim
from .values import Part


def _method_parts(method: Made) -> Iterator[Part]:
    place = {name: method.attribute(name) for name in ("rest_api_id", "resource_id", "http_method")}
    given = method.given.get("Integration")
    if given:
        body = _INTEGRATION.body(given)
        yield "aws_api_gateway_integration", method.name, {**place, **body}
    for one in method.given.get("MethodResponses", ()):
        status = one["StatusCode"]
        body = {**place, **_RESPONSE.body(one)}
        yield "aws_api_gateway_method_response", f"{method.name}_{status}", body
    for one in (given or {}).get("IntegrationResponses", ()):
        status = one["StatusCode"]
        after = [f"aws_api_gateway_integration.{method.name}"]
        body = {**place, **_RESPONSE.body(one), "depends_on": after}
        yield "aws_api_gateway_integration_response", f"{method.name}_{status}", body


_RESPONSE = Kind(
    "",
    rules={
        name: verbatim(argument)
        for name, argument in {
            "ResponseParameters": "response_parameters",
            "ResponseTemplates": "response_templates",
            "ResponseModels": "response_models",
        }.items()
    },
)
_INTEGRATION = Kind(
    "",
    rules={
        "RequestParameters": verbatim("request_parameters"),
        "RequestTemplates": verbatim("request_templates"),
        "TimeoutInMillis": "timeout_milliseconds",
        "IntegrationResponses": left_out,
    },
)


def _stage_parts(stage: Made) -> Iterator[Part]:
    """Settings of methods, which CloudFormation has in the stage. Its paths write `/` as `~1`."""
    for number, one in enumerate(stage.given.get("MethodSettings", ()), start=1):
        path = one["ResourcePath"].replace("~1", "/").lstrip("/") or "~1"
        settings = {name: value for name, value in one.items() if name in _SETTINGS}
        yield (
            "aws_api_gateway_method_settings",
            f"{stage.name}_{number}",
            {
                "rest_api_id": stage.attribute("rest_api_id"),
                "stage_name": stage.attribute("stage_name"),
                "method_path": f"{path}/{one['HttpMethod']}",
                "settings": snake(settings, {}),
            },
        )


_SETTINGS = (
    *("ThrottlingRateLimit", "ThrottlingBurstLimit", "MetricsEnabled", "LoggingLevel"),
    *("DataTraceEnabled", "CachingEnabled", "CacheTtlInSeconds", "CacheDataEncrypted"),
)


def _plan_stages(value: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The limits of methods, by path in CloudFormation, are a list."""
    stages = []
    for one in value:
        limits = one.get("Throttle", {})
        throttle = [{"path": path, **snake(limit, {})} for path, limit in limits.items()]
        stage = {"api_id": one["ApiId"], "stage": one["Stage"]}
        stages.append({**stage, **({"throttle": throttle} if throttle else {})})
    yield "api_stages", stages


API: Mapping[str, Kind] = {
    "AWS::ApiGateway::RestApi": Kind(
        "aws_api_gateway_rest_api",
        attributes={"RootResourceId": "${@.root_resource_id}", "RestApiId": "${@.id}"},
        rules={
            "ApiKeySourceType": "api_key_source",
            "Policy": as_json("policy"),
            "Body": as_json("body"),
        },
    ),
    "AWS::ApiGateway::Resource": Kind(
        "aws_api_gateway_resource", attributes={"ResourceId": "${@.id}"}
    ),
    "AWS::ApiGateway::Method": Kind(
        "aws_api_gateway_method",
        rules={
            "AuthorizationType": "authorization",
            "RequestParameters": verbatim("request_parameters"),
            "RequestModels": verbatim("request_models"),
            "Integration": left_out,
            "MethodResponses": left_out,
        },
        parts=_method_parts,
        waits=True,
    ),
    "AWS::ApiGateway::Authorizer": Kind("aws_api_gateway_authorizer"),
    "AWS::ApiGateway::Deployment": Kind(
        "aws_api_gateway_deployment",
        attributes={"DeploymentId": "${@.id}"},
        # Else a stage would stand for a moment without the deployment that it names.
        fixed={"lifecycle": {"create_before_destroy": True}},
    ),
    "AWS::ApiGateway::Stage": Kind(
        "aws_api_gateway_stage",
        ref="${@.stage_name}",
        rules={
            "AccessLogSetting": renamed("access_log_settings"),
            "TracingEnabled": "xray_tracing_enabled",
            "Variables": verbatim("variables"),
            "MethodSettings": left_out,
        },
        parts=_stage_parts,
    ),
    "AWS::ApiGateway::Account": Kind(
        "aws_api_gateway_account", rules={"CloudWatchRoleArn": "cloudwatch_role_arn"}
    ),
    "AWS::ApiGateway::ApiKey": Kind(
        "aws_api_gateway_api_key",
        attributes={"APIKeyId": "${@.id}"},
        rules={"GenerateDistinctId": left_out, "StageKeys": left_out},
    ),
    "AWS::ApiGateway::UsagePlan": Kind(
        "aws_api_gateway_usage_plan",
        rules={
            "UsagePlanName": "name",
            "ApiStages": _plan_stages,
            "Throttle": "throttle_settings",
            "Quota": "quota_settings",
        },
    ),
    "AWS::ApiGateway::UsagePlanKey": Kind("aws_api_gateway_usage_plan_key"),
}
