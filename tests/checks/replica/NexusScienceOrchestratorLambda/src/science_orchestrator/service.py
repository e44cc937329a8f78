"""Prepares controls for the science workflow, from several tables."""

import os

import boto3
from boto3.dynamodb.conditions import Key
from nexus_application_commons.dynamodb.base_repository import BaseRepository
from nexus_application_commons.dynamodb.models import Control, Framework


class ScienceOrchestratorService:
    def __init__(self):
        self.dynamodb = boto3.resource("dynamodb")
        self.frameworks = BaseRepository("Frameworks", Framework, self.dynamodb)
        self.controls = BaseRepository("FrameworkControls", Control, self.dynamodb)
        self.mappings = self.dynamodb.Table("ControlMappings")
        self.enrichments = self.dynamodb.Table(os.getenv("ENRICHMENT_TABLE_NAME", "Enrichment"))

    def check_enrichment(self, control_key):
        response = self.enrichments.get_item(Key={"control_id": control_key})
        return response.get("Item")

    def framework(self, framework_key):
        return self.frameworks.query_index("FrameworkKeyIndex", "frameworkKey", framework_key)

    def controls_of(self, framework_key):
        return self.controls.query("frameworkKey", framework_key)

    def mappings_from(self, control_key):
        return self.mappings.query(
            KeyConditionExpression=Key("controlKey").eq(control_key), Limit=100
        )["Items"]

    def mappings_to(self, control_key):
        return self.mappings.query(
            KeyConditionExpression=Key("mappedControlKey").eq(control_key), Limit=100
        )["Items"]
