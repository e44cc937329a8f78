"""Resources beside tables as CloudFormation has them: alarms, scaling, triggers.

A type that is not here keeps its own name, and its arguments: `aws_sqs_queue`.

Sources:
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/appautoscaling_policy
    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_event_source_mapping
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..template import Resolved
from .hosting import hosting_parts, hosting_type
from .instances import Arguments, Instance, blocks, first_block
from .tables import Part

Parts = Callable[[Arguments], Iterator[Part]]


def _renamed(names: Mapping[str, str]) -> Parts:
    """Arguments under CloudFormation's names. names: those of both sides; None is left out."""

    def parts(given: Arguments) -> Iterator[Part]:
        for argument, name in names.items():
            if given.get(argument) is not None:
                yield name, given[argument], argument

    return parts


_ALARM = _renamed(
    {
        "alarm_name": "AlarmName",
        "alarm_description": "AlarmDescription",
        "namespace": "Namespace",
        "metric_name": "MetricName",
        "statistic": "Statistic",
        "extended_statistic": "ExtendedStatistic",
        "period": "Period",
        "threshold": "Threshold",
        "comparison_operator": "ComparisonOperator",
        "datapoints_to_alarm": "DatapointsToAlarm",
        "evaluation_periods": "EvaluationPeriods",
        "treat_missing_data": "TreatMissingData",
        "alarm_actions": "AlarmActions",
        "ok_actions": "OKActions",
        "actions_enabled": "ActionsEnabled",
    }
)
_COMPOSITE = _renamed(
    {
        "alarm_name": "AlarmName",
        "alarm_description": "AlarmDescription",
        "alarm_rule": "AlarmRule",
        "alarm_actions": "AlarmActions",
        "ok_actions": "OKActions",
    }
)
_SCALED = _renamed(
    {
        "service_namespace": "ServiceNamespace",
        "resource_id": "ResourceId",
        "scalable_dimension": "ScalableDimension",
        "min_capacity": "MinCapacity",
        "max_capacity": "MaxCapacity",
        "role_arn": "RoleARN",
        "suspended_state": "SuspendedState",
    }
)
_POLICY = _renamed(
    {
        "name": "PolicyName",
        "policy_type": "PolicyType",
        "service_namespace": "ServiceNamespace",
        "resource_id": "ResourceId",
        "scalable_dimension": "ScalableDimension",
    }
)
_TRIGGER = _renamed(
    {
        "event_source_arn": "EventSourceArn",
        "function_name": "FunctionName",
        "starting_position": "StartingPosition",
        "batch_size": "BatchSize",
        "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
        "maximum_retry_attempts": "MaximumRetryAttempts",
        "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
        "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
        "parallelization_factor": "ParallelizationFactor",
        "function_response_types": "FunctionResponseTypes",
    }
)


def _alarm(given: Arguments) -> Iterator[Part]:
    yield from _ALARM(given)
    named = given.get("dimensions")
    if isinstance(named, Mapping):
        yield "Dimensions", _dimensions(named), "dimensions"
    queries = blocks(given.get("metric_query"))
    if queries:
        yield "Metrics", [_query(one) for one in queries], "metric_query"


def _dimensions(named: Mapping[str, Resolved]) -> Resolved:
    return [{"Name": name, "Value": value} for name, value in named.items()]


def _query(given: Arguments) -> Resolved:
    found: dict[str, Resolved] = {"Id": given.get("id")}
    for argument, name in (("expression", "Expression"), ("label", "Label")):
        if given.get(argument):
            found[name] = given[argument]
    if given.get("return_data") is not None:
        found["ReturnData"] = given["return_data"]
    metric = first_block(given.get("metric"))
    if metric:
        dimensions = metric.get("dimensions")
        found["MetricStat"] = {
            "Metric": {
                "Namespace": metric.get("namespace"),
                "MetricName": metric.get("metric_name"),
                "Dimensions": _dimensions(dimensions) if isinstance(dimensions, Mapping) else [],
            },
            "Stat": metric.get("stat"),
            "Period": metric.get("period"),
        }
    return found


def _policy(given: Arguments) -> Iterator[Part]:
    yield from _POLICY(given)
    tracking = first_block(given.get("target_tracking_scaling_policy_configuration"))
    if tracking:
        metric = first_block(tracking.get("predefined_metric_specification")) or {}
        said = {
            "TargetValue": tracking.get("target_value"),
            "DisableScaleIn": tracking.get("disable_scale_in"),
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": metric.get("predefined_metric_type")
            },
        }
        yield (
            "TargetTrackingScalingPolicyConfiguration",
            said,
            "target_tracking_scaling_policy_configuration",
        )


def _trigger(given: Arguments) -> Iterator[Part]:
    yield from _TRIGGER(given)
    failure = first_block((first_block(given.get("destination_config")) or {}).get("on_failure"))
    if failure:
        said = {"OnFailure": {"Destination": failure.get("destination_arn")}}
        yield "DestinationConfig", said, "destination_config"


TYPES: Mapping[str, tuple[str, Parts]] = {
    "aws_cloudwatch_metric_alarm": ("AWS::CloudWatch::Alarm", _alarm),
    "aws_cloudwatch_composite_alarm": ("AWS::CloudWatch::CompositeAlarm", _COMPOSITE),
    "aws_appautoscaling_target": ("AWS::ApplicationAutoScaling::ScalableTarget", _SCALED),
    "aws_appautoscaling_policy": ("AWS::ApplicationAutoScaling::ScalingPolicy", _policy),
    "aws_lambda_event_source_mapping": ("AWS::Lambda::EventSourceMapping", _trigger),
}


def other_parts(instance: Instance) -> tuple[str, list[Part]]:
    """The type of a resource that is no table, and its properties. Arguments that are not
    translated keep their names."""
    if kind := hosting_type(instance.type):
        parts = list(hosting_parts(instance.type, instance.values))
    elif instance.type in TYPES:
        kind, translated = TYPES[instance.type]
        parts = list(translated(instance.values))
    else:
        kind, parts = instance.type, []
    told = {argument for _, _, argument in parts}
    rest = [(name, value, name) for name, value in instance.values.items() if name not in told]
    return kind, [*parts, *rest]
