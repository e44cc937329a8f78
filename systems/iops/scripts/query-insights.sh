#!/bin/sh
# The ten latest insights of an entity, the newest first, as one JSON object a line.
# query-insights.sh [ENTITY_ID] [options of `trueup query`]
entity_id=${1:-stu_test_001}
[ $# -eq 0 ] || shift
exec ${TRUEUP:-trueup} query iops-dashboard-insights --pattern latest_insights \
  "entity_id=$entity_id" --limit 10 \
  --fields timestamp=sk,prediction_type,risk_score,explanation --lines "$@"
