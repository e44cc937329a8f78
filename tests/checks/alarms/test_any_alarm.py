"""Whatever a template says of alarms is examined, or not known: it raises nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.alarms.templates import alarm, examined, queries

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["m1", "m1+m2", "ALARM(it)", "NOT ALARM(all)", "Sum", "p99", "60", "nan", ""]),
    st.just({"Ref": "Orders"}),
    st.just({"Fn::GetAtt": ["Orders", "Arn"]}),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["Id", "Expression", "MetricStat", "Metric", "Name", "Value", "Stat"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)
_NAMES = (
    *("AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "Threshold"),
    *("ComparisonOperator", "EvaluationPeriods", "DatapointsToAlarm", "TreatMissingData"),
    *("Metrics", "ExtendedStatistic"),
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=4),
    st.booleans(),
    _VALUES,
)
def test_any_alarm_is_examined_or_not_known(
    changed: dict[str, Any], is_math: bool, rule: object
) -> None:
    asked = queries("ReadThrottleEvents", "WriteThrottleEvents", expression="m1+m2", TableName="t")
    plain = alarm(Metrics=asked) if is_math else alarm("ReadThrottleEvents")
    plain["Properties"].update(changed)
    both = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {"AlarmName": "all", "AlarmRule": rule},
    }
    found = examined({}, It=plain, All=both)
    assert found.alarms == 2
    assert len(found.trials) >= 5 or found.problems
