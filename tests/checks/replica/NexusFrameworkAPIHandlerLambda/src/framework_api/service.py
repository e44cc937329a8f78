"""Frameworks."""

from nexus_application_commons.dynamodb.base_repository import BaseRepository
from nexus_application_commons.dynamodb.models import Framework


class FrameworkService:
    def __init__(self):
        self.repository = BaseRepository("Frameworks", Framework)

    def create_framework(self, framework: Framework) -> Framework:
        return self.repository.put(framework)

    def get_framework(self, name: str, version: str) -> Framework | None:
        return self.repository.get({"frameworkName": name, "version": version})

    def frameworks_of_status(self, status: str) -> list[Framework]:
        return self.repository.query_index("StatusIndex", "status", status)
