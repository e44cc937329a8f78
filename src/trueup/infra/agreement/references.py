"""References to resources in the same words as names and ARNs that are written out.

Sources:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
        (what Ref and Fn::GetAtt give)
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..._dataclass import dataclass
from ...templates.template import TemplateResource, Unresolved
from ..values import ARNS, PLACE

_ARNS: Mapping[str, tuple[str, str]] = {
    "AWS::DynamoDB::Table": ("TableName", "dynamodb:{place}:table/{name}"),
    "AWS::SQS::Queue": ("QueueName", "sqs:{place}:{name}"),
    "aws_sqs_queue": ("name", "sqs:{place}:{name}"),
    "AWS::Logs::LogGroup": ("LogGroupName", "logs:{place}:log-group:{name}:*"),
    "AWS::Lambda::Function": ("FunctionName", "lambda:{place}:function:{name}"),
}
_NAMED_BY_REF = ("AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::Lambda::Function")
_IN_TEXT = re.compile(r"\$\{([\w:]+)(?:\.(\w+))?\}")
_SUB = "!Sub "


@dataclass(frozen=True, slots=True)
class References:
    """Words for the references of one side. resources: of the template that both sides are compared
    in. ids: of the template by those of this side; empty for the template's own."""

    resources: Mapping[str, TemplateResource]
    ids: Mapping[str, str]

    def worded(self, value: Unresolved) -> str:
        """A name or an ARN if the resource's name is known, else what is referred to."""
        if value.resource:
            return self._of(value.resource, value.attribute)
        if value.expression.startswith(_SUB):
            return _IN_TEXT.sub(self._in_text, value.expression.removeprefix(_SUB))
        return re.sub(r"[\w.]+", lambda found: self.ids.get(found[0], found[0]), value.expression)

    def _in_text(self, found: re.Match[str]) -> str:
        id_ = self.ids.get(found[1], found[1])
        return self._of(found[1], found[2] or "") if id_ in self.resources else found[0]

    def _of(self, id_: str, attribute: str) -> str:
        id_ = self.ids.get(id_, id_)
        resource = self.resources.get(id_)
        if resource and resource.type in _ARNS:
            name, arn = _ARNS[resource.type]
            given = resource.properties.get(name)
            if isinstance(given, str) and attribute in ("Arn", "arn"):
                return f"{ARNS}:{arn.format(place=PLACE, name=given)}"
            is_name = attribute in ("", "function_name") and resource.type in _NAMED_BY_REF
            if isinstance(given, str) and is_name:
                return given
        return f"{id_}.{attribute}" if attribute else id_
