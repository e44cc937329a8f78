"""Networks in Terraform.

Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .kinds import Kind, Made, as_json, left_out
from .values import Part

_PEERS = {
    "CidrIp": "cidr_ipv4",
    "CidrIpv6": "cidr_ipv6",
    "GroupId": "security_group_id",
    "SourceSecurityGroupId": "referenced_security_group_id",
    "DestinationSecurityGroupId": "referenced_security_group_id",
    "SourcePrefixListId": "prefix_list_id",
    "DestinationPrefixListId": "prefix_list_id",
}
_RULE = Kind("", rules=_PEERS)


def _group_parts(group: Made) -> Iterator[Part]:
    """The rules of a group, which Terraform has as resources of their own."""
    for property_, way in (("SecurityGroupIngress", "ingress"), ("SecurityGroupEgress", "egress")):
        for number, one in enumerate(group.given.get(property_, ()), start=1):
            body: dict[str, Any] = {"security_group_id": group.attribute("id"), **_RULE.body(one)}
            yield f"aws_vpc_security_group_{way}_rule", f"{group.name}_{number}", body


NETWORK: Mapping[str, Kind] = {
    "AWS::EC2::VPC": Kind(
        "aws_vpc", attributes={"VpcId": "${@.id}", "CidrBlock": "${@.cidr_block}"}
    ),
    "AWS::EC2::Subnet": Kind("aws_subnet", attributes={"SubnetId": "${@.id}"}),
    "AWS::EC2::RouteTable": Kind("aws_route_table", attributes={"RouteTableId": "${@.id}"}),
    "AWS::EC2::SubnetRouteTableAssociation": Kind("aws_route_table_association"),
    "AWS::EC2::SecurityGroup": Kind(
        "aws_security_group",
        attributes={"GroupId": "${@.id}", "Id": "${@.id}", "VpcId": "${@.vpc_id}"},
        rules={
            "GroupDescription": "description",
            "GroupName": "name",
            "SecurityGroupIngress": left_out,
            "SecurityGroupEgress": left_out,
        },
        parts=_group_parts,
    ),
    "AWS::EC2::SecurityGroupIngress": Kind("aws_vpc_security_group_ingress_rule", rules=_PEERS),
    "AWS::EC2::SecurityGroupEgress": Kind("aws_vpc_security_group_egress_rule", rules=_PEERS),
    "AWS::EC2::VPCEndpoint": Kind("aws_vpc_endpoint", rules={"PolicyDocument": as_json("policy")}),
}
