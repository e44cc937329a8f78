"""AWS services that take JSON by POST, with their names in endpoints, signatures and headers."""

from __future__ import annotations

from ....._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service, by its names.

    name: its id, in lower case with hyphens: `dynamodb-streams`.
    model: the folder of its rules in botocore.
    host: the start of its endpoints' names.
    scope: its name in signatures. target: the part of X-Amz-Target before the operation.
    json_version: of the content type `application/x-amz-json-…`.

    Source: `metadata` in the models of https://github.com/boto/botocore/tree/develop/botocore/data
    """

    name: str
    model: str
    host: str
    scope: str
    target: str
    json_version: str

    @property
    def content_type(self) -> str:
        """The header Content-Type."""
        return f"application/x-amz-json-{self.json_version}"


DYNAMODB = Service("dynamodb", "dynamodb", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")

KMS = Service("kms", "kms", "kms", "kms", "TrentService", "1.1")
