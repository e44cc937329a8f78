"""The arguments of Terraform's AWS provider, as PyPI has them in the types of CDK for Terraform.

    pip download --no-deps cdktf-cdktf-provider-aws==21.22.1 --dest build
    python -m tests.infra.extract_terraform_schema build/cdktf_cdktf_provider_aws-*.whl

writes `data/terraform_aws.json` for the kinds that `infra/formats/terraform` writes. An argument is
`string`, `number`, `bool`, `list(…)`, `map(…)`, or a block with its arguments; `required` and
`repeated` say the rest. `attributes` are what references may read.

The version is that of the provider; the package is licensed MPL-2.0.
Source: https://github.com/cdktf/cdktf-provider-aws
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trueup.infra.formats.terraform.configuration import KINDS

DATA = Path(__file__).with_name("data") / "terraform_aws.json"
PARTS = (
    *("aws_api_gateway_integration", "aws_api_gateway_integration_response"),
    *("aws_api_gateway_method_response", "aws_api_gateway_method_settings"),
    *("aws_db_proxy_target", "aws_dynamodb_contributor_insights"),
    *("aws_dynamodb_kinesis_streaming_destination", "aws_dynamodb_resource_policy"),
    *("aws_iam_role_policy", "aws_iam_role_policy_attachment"),
)
"""Kinds that are parts of others, beside those that `KINDS` names."""
SOURCES = (
    *("aws_availability_zones", "aws_caller_identity", "aws_partition", "aws_region"),
    "aws_secretsmanager_random_password",
)
_LINK = re.compile(r"/aws/([\d.]+)/docs/(resources|data-sources)/(\w+)#(\w+) ")
_PACKAGE = "@cdktf/provider-aws."


def main(wheel: Path) -> None:
    """Write the extract from the wheel."""
    types = _types(wheel)
    resources = {*PARTS, *(kind.name for kind in KINDS.values())}
    found = {
        "provider": "hashicorp/aws",
        "version": _version(types),
        "resources": {name: _kind(types, name) for name in sorted(resources)},
        "data": {name: _kind(types, f"data_{name}") for name in sorted(SOURCES)},
    }
    DATA.write_text(_lines(found) + "\n", encoding="utf-8")


def _types(wheel: Path) -> Mapping[str, Any]:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [one for one in archive.namelist() if one.endswith(".jsii.tgz")]
        with tarfile.open(fileobj=io.BytesIO(archive.read(name))) as package:
            member = package.extractfile("package/.jsii")
            assert member is not None
            types: Mapping[str, Any] = json.load(member)["types"]
    return types


def _version(types: Mapping[str, Any]) -> str:
    properties = types[f"{_PACKAGE}dynamodbTable.DynamodbTableConfig"]["properties"]
    [version] = {link[0] for one in properties if (link := _link(one))}
    return version


def _kind(types: Mapping[str, Any], kind: str) -> dict[str, Any]:
    words = kind.removeprefix("aws_").split("_")
    name = "".join(word.capitalize() for word in words)
    room = f"{_PACKAGE}{name[0].lower()}{name[1:]}."
    resource = next(
        one
        for key, one in types.items()
        if key.startswith(room) and key.lower() == f"{room}{name}".lower()
    )
    config = types[f"{room}{resource['name']}Config"]
    own = [one["name"] for one in resource["properties"] if not one.get("static")]
    attributes = {_snake(one) for one in own if not one.endswith("Input")} - {"timeouts"}
    return {"arguments": _arguments(types, config), "attributes": sorted(attributes)}


def _arguments(types: Mapping[str, Any], block: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for one in block.get("properties", ()):
        link = _link(one)
        if link and one["name"] != "timeouts":
            argument = _type(types, one["type"])
            found[link[1]] = (
                argument if one.get("optional") else {**_as_block(argument), "required": True}
            )
    return dict(sorted(found.items()))


def _as_block(argument: str | dict[str, Any]) -> dict[str, Any]:
    return argument if isinstance(argument, dict) else {"type": argument}


def _type(types: Mapping[str, Any], given: Mapping[str, Any]) -> str | dict[str, Any]:
    """A type, or a block. A union is with a value that is resolved later."""
    if "union" in given:
        [given] = [
            one for one in given["union"]["types"] if not one.get("fqn", "").startswith("cdktf.")
        ]
    if "primitive" in given:
        return "bool" if given["primitive"] == "boolean" else str(given["primitive"])
    if "collection" in given:
        inner = _type(types, given["collection"]["elementtype"])
        if isinstance(inner, dict):
            return {**inner, "repeated": True}
        return f"{'list' if given['collection']['kind'] == 'array' else 'map'}({inner})"
    return {"block": _arguments(types, types[given["fqn"]])}


def _link(one: Mapping[str, Any]) -> tuple[str, str] | None:
    """The provider's version and the argument that a property is documented as."""
    docs = one.get("docs", {})
    found = _LINK.search(docs.get("summary", "") + " " + docs.get("remarks", ""))
    return (found[1], found[4]) if found else None


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _lines(value: Mapping[str, Any]) -> str:
    """JSON with a line for each argument, so that a new version is a readable change."""
    return json.dumps(value, indent=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
