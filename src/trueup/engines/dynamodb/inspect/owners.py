"""Other tools that say, by a table's tags, that they manage it.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    https://www.pulumi.com/docs/insights/policy/
"""

from __future__ import annotations

from collections.abc import Mapping

from ...._visible import visible

SYSTEM = "aws:"
"""Tags that AWS alone sets begin so.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html"""
_STACK = "aws:cloudformation:stack-name"
_MANAGER = ("managedby", "provisionedby", "createdby", "deployedby", "iac")
_TOOLS = {
    "terraform": "Terraform",
    "opentofu": "OpenTofu",
    "tofu": "OpenTofu",
    "pulumi": "Pulumi",
    "cdk": "the CDK",
    "cloudformation": "CloudFormation",
    "crossplane": "Crossplane",
    "serverless": "the Serverless Framework",
    "sst": "SST",
}


def manager_in(tags: Mapping[str, str]) -> str:
    """The tool that manages a table; empty if no tag says so."""
    if stack := tags.get(_STACK):
        return f"the CloudFormation stack {visible(stack)}"
    for name, value in sorted(tags.items()):
        word = name.lower().replace("-", "").replace("_", "").replace(":", "")
        if word in _MANAGER and (tool := _tool_in(value)):
            return tool
        if _is_yes(value) and (tool := _TOOLS.get(word, "")):
            return tool
        tool = _TOOLS.get(name.lower().partition(":")[0], "") if ":" in name else ""
        if tool:
            return tool
    return ""


def _tool_in(value: str) -> str:
    lower = value.lower()
    return next((spoken for word, spoken in _TOOLS.items() if word in lower), "")


def _is_yes(value: str) -> bool:
    return value.lower() in ("true", "yes", "1")
