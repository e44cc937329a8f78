"""Mappings between controls."""

from nexus_application_commons.dynamodb.base_repository import BaseRepository
from nexus_application_commons.dynamodb.models import Mapping

MAX_BATCH = 100


class MappingService:
    def __init__(self):
        self.repository = BaseRepository(table_name="ControlMappings", model=Mapping)

    def create_mapping(self, mapping: Mapping) -> Mapping:
        return self.repository.put(mapping)

    def batch_create_mappings(self, mappings: list[Mapping]) -> int:
        if len(mappings) > MAX_BATCH:
            raise ValueError(f"at most {MAX_BATCH} mappings")
        self.repository.batch_write(mappings)
        return len(mappings)

    def get_mapping(self, control_key: str, mapped_control_key: str) -> Mapping | None:
        return self.repository.get(
            {"controlKey": control_key, "mappedControlKey": mapped_control_key}
        )

    def update_status(self, control_key: str, mapped_control_key: str, status: str):
        key = {"controlKey": control_key, "mappedControlKey": mapped_control_key}
        return self.repository.update(key, {"status": status})

    def mappings_by_key(self, mapping_key: str) -> list[Mapping]:
        return self.repository.query_index("MappingKeyIndex", "mappingKey", mapping_key)

    def mappings_of_workflow(self, workflow_key: str) -> list[Mapping]:
        return self.repository.query_index("WorkflowIndex", "mappingWorkflowKey", workflow_key)

    def mappings_of_status(self, status: str) -> list[Mapping]:
        return self.repository.query_index("StatusIndex", "status", status)

    def delete_mapping(self, control_key: str, mapped_control_key: str) -> None:
        self.repository.delete({"controlKey": control_key, "mappedControlKey": mapped_control_key})
