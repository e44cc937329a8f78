"""Enriches the text of controls."""

import os
from datetime import UTC, datetime

import boto3

ENRICHMENT_TABLE_NAME = os.environ.get("ENRICHMENT_TABLE_NAME", "Enrichment")


class EnrichmentAgentService:
    def __init__(self, dynamodb=None):
        self.dynamodb = dynamodb or boto3.resource("dynamodb")
        self.enrichment_table = self.dynamodb.Table(ENRICHMENT_TABLE_NAME)

    def enrich_control(self, control_id, original_text, enriched_text, enrichment_data):
        item = {
            "control_id": control_id,
            "enriched_text": enriched_text,
            "original_text": original_text,
            "enrichment_data": enrichment_data,
            "enrichment_version": "1",
            "created_at": datetime.now(UTC).isoformat(),
        }
        self.enrichment_table.put_item(Item=item)
        return item
