#!/bin/sh
# Students with a health score below 70, the least healthy first, as one JSON object a line.
# Options of `trueup query` can follow: query-metrics.sh --stage beta
exec ${TRUEUP:-trueup} query iops-dashboard-metrics --pattern entities_by_health \
  entity_type=student 'health_score<70' \
  --fields student_id=entity_id,health_score,sessions_7d,ib_calls_14d --lines "$@"
