"""AWS services that take JSON or forms by POST, with their names in endpoints and signatures."""

from __future__ import annotations

from ....._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service, by its names.

    name: its id, in lower case with hyphens: `dynamodb-streams`.
    model: the folder of its rules in botocore.
    host: the start of its endpoints' names.
    scope: its name in signatures. target: the part of X-Amz-Target before the operation.
    json_version: of the content type `application/x-amz-json-…`; empty for a service that takes
        forms, whose bodies name the operation, so that it has no target.
    one_region: the region of the signatures of a service that is the same in all regions.

    Source: `metadata` in the models of https://github.com/boto/botocore/tree/develop/botocore/data
    """

    name: str
    model: str
    host: str
    scope: str
    target: str = ""
    json_version: str = ""
    one_region: str = ""

    @property
    def content_type(self) -> str:
        """The header Content-Type."""
        if not self.json_version:
            return "application/x-www-form-urlencoded; charset=utf-8"
        return f"application/x-amz-json-{self.json_version}"


DYNAMODB = Service("dynamodb", "dynamodb", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
KMS = Service("kms", "kms", "kms", "kms", "TrentService", "1.1")
SECRETS_MANAGER = Service(
    "secrets-manager",
    "secretsmanager",
    "secretsmanager",
    "secretsmanager",
    "secretsmanager",
    "1.1",
)
STS = Service("sts", "sts", "sts", "sts")
IAM = Service("iam", "iam", "iam", "iam", one_region="us-east-1")
CLOUDWATCH = Service(
    "cloudwatch",
    "cloudwatch",
    "monitoring",
    "monitoring",
    "GraniteServiceVersion20100801",
    "1.0",
)
