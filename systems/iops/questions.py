"""An example of every access pattern: what each is asked in the demo and in the tests."""

from __future__ import annotations

from datetime import timedelta

from ..answers import Examples
from .models import EntityType
from .seeds import PREDICTIONS, SEEDED_AT

STUDENT = "stu_4532"
_INSIGHTS = f"insight#{STUDENT}"
_LAST = f"{SEEDED_AT - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"

EXAMPLES: Examples = {
    ("iops-dashboard-metrics", "entity"): (STUDENT, EntityType.STUDENT),
    ("iops-dashboard-metrics", "entities_by_health"): (EntityType.STUDENT,),
    ("iops-dashboard-metrics", "recently_updated"): (EntityType.TUTOR,),
    ("iops-dashboard-insights", "insight"): (_INSIGHTS, _LAST),
    ("iops-dashboard-insights", "insights_of_entity"): (_INSIGHTS,),
    ("iops-dashboard-insights", "latest_insights"): (_INSIGHTS,),
    ("iops-dashboard-insights", "insights_by_prediction"): (PREDICTIONS[0],),
    ("iops-dashboard-insights", "insights_by_risk"): (PREDICTIONS[1],),
}
