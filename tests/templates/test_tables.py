"""Tables of templates as facts: values, defaults, what is not known, and where each is said."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.templates.written import read
from trueup import DeclarationError
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Unknown, Value, overlaid
from trueup.schema.tables import tree
from trueup.templates.tables import tables_of, template_tables

BARE = """
    AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
    KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
KEY = "    KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
INDEX = """
    AttributeDefinitions:
      - {AttributeName: id, AttributeType: S}
      - {AttributeName: day, AttributeType: N}
    KeySchema: [{AttributeName: id, KeyType: HASH}]
    GlobalSecondaryIndexes:
      - IndexName: ByDay
        KeySchema: [{AttributeName: day, KeyType: HASH}]
        Projection: {ProjectionType: %s}
"""


def table_in(
    folder: Path, properties: str, kind: str = "AWS::DynamoDB::Table", **parameters: str
) -> LiveTable:
    """The table with some properties, whose lines begin at 10; the first is the name."""
    head = f"""
Parameters:
  P: {{Type: String}}
  N: {{Type: Number, Default: 7}}
Conditions:
  C: !Equals [!Ref P, 'yes']
Resources:
  T:
    Type: {kind}
    Properties:
      TableName: orders
"""
    text = head + "".join(f"  {line}\n" for line in properties.splitlines() if line.strip())
    (table,) = template_tables(read(folder, text, **parameters))
    return table.live


def facts(table: LiveTable) -> Mapping[str, Value]:
    """All facts, those in place that are not known."""
    found = overlaid(tree(table.schema), table.unknown)
    assert isinstance(found, Mapping)
    return found


def test_what_a_template_leaves_out_has_the_default(tmp_path: Path) -> None:
    assert facts(table_in(tmp_path, BARE)) == {
        "key": {"partition": ["id S"], "sort": []},
        "index": {},
        "ttl": None,
        "stream": None,
        "billing": {"mode": "provisioned", "read_units": 0, "write_units": 0},
        "table_class": "standard",
        "encryption": {"type": "owned"},
        "deletion_protection": False,
        "warm_throughput": None,
        "pitr": {"enabled": False},
        "contributor_insights": {"enabled": False},
        "resource_policy": None,
        "tags": {},
        "removal": "drop",
        "scaling": {"read": None, "write": None},
    }


AWS_KEY: Value = {"type": "kms", "key": None, "owner": "aws"}


@pytest.mark.parametrize(
    ("properties", "name", "value"),
    [
        ("BillingMode: PAY_PER_REQUEST", "billing", None),
        ("ProvisionedThroughput: {ReadCapacityUnits: '5', WriteCapacityUnits: !Ref N}", "billing",
         {"mode": "provisioned", "read_units": 5, "write_units": 7}),
        ("TableClass: STANDARD_INFREQUENT_ACCESS", "table_class", "infrequent_access"),
        ("DeletionProtectionEnabled: true", "deletion_protection", True),
        ("StreamSpecification: {StreamViewType: KEYS_ONLY}", "stream", "KEYS_ONLY"),
        ("TimeToLiveSpecification: {Enabled: true, AttributeName: until}", "ttl", "until"),
        ("SSESpecification: {SSEEnabled: true}", "encryption", AWS_KEY),
        ("SSESpecification: {SSEEnabled: true, KMSMasterKeyId: alias/aws/dynamodb}", "encryption",
         {"type": "kms", "key": "alias/aws/dynamodb", "owner": "aws"}),
        ("SSESpecification: {SSEEnabled: true, KMSMasterKeyId: k}", "encryption",
         {"type": "kms", "key": "k", "owner": "customer"}),
        ("SSESpecification: {SSEEnabled: false}", "encryption", {"type": "owned"}),
        ("PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}", "pitr",
         {"enabled": True, "days": 35}),
        ("PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, "
         "RecoveryPeriodInDays: 7}", "pitr", {"enabled": True, "days": 7}),
        ("ContributorInsightsSpecification: {Enabled: true, Mode: THROTTLED_KEYS}",
         "contributor_insights", {"enabled": True, "mode": "throttled_keys"}),
        ("WarmThroughput: {ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000}",
         "warm_throughput", {"read_units_per_second": 12000, "write_units_per_second": 4000}),
        ("Tags: [{Key: a, Value: 1}, {Key: b, Value: !Ref N}]", "tags", {"a": "1", "b": "7"}),
    ],
)  # fmt: skip
def test_a_property_is_a_fact(properties: str, name: str, value: Value, tmp_path: Path) -> None:
    if value is None:
        value = {
            "mode": "on_demand",
            "max_read_request_units": None,
            "max_write_request_units": None,
        }

    assert facts(table_in(tmp_path, f"{BARE}    {properties}"))[name] == value


@pytest.mark.case("S4")
def test_expiry_that_is_off_but_has_a_name_is_off(tmp_path: Path) -> None:
    named = "    TimeToLiveSpecification: {Enabled: false, AttributeName: until}"

    assert facts(table_in(tmp_path, BARE + named)) == facts(table_in(tmp_path, BARE))


@pytest.mark.case("S40")
@pytest.mark.parametrize("text", ["true", "True", "'true'", "'True'"])
def test_true_as_a_text_is_on(text: str, tmp_path: Path) -> None:
    table = table_in(tmp_path, f"{BARE}    DeletionProtectionEnabled: {text}")

    assert table.schema.facts["deletion_protection"] is True


@pytest.mark.case("S40")
@pytest.mark.parametrize("text", ["'yes'", "1", "'1'", "''", "[true]"])
def test_what_is_neither_true_nor_false_is_refused_with_its_line(text: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="has to be true or false") as caught:
        table_in(tmp_path, f"{BARE}    DeletionProtectionEnabled: {text}")

    assert caught.value.where.note.endswith("a.yaml:14")


@pytest.mark.parametrize(
    "properties",
    [
        "    KeySchema: []",
        "    KeySchema: [{AttributeName: id, KeyType: HASH}]",
        "    KeySchema: {AttributeName: id}",
        BARE.replace("HASH", "FIRST"),
        BARE.replace(": S", ": T"),
        BARE.replace("id, KeyType", "other, KeyType"),
        f"{BARE}    BillingMode: MONTHLY",
        f"{BARE}    ProvisionedThroughput: {{ReadCapacityUnits: many}}",
        BARE.replace(", AttributeType: S", ""),
        INDEX % "SOME",
        (INDEX % "ALL").replace("ProjectionType: ALL", "NonKeyAttributes: [a]"),
        f"{BARE}    SSESpecification: {{SSEEnabled: true, SSEType: AES}}",
        f"{BARE}    ResourcePolicy: {{PolicyDocument: {{Statement: {{Effect: Allow}}}}}}",
        f"{BARE}    GlobalSecondaryIndexes: [{{}}]",
        f"{BARE}    ResourcePolicy: "
        "{PolicyDocument: {Statement: [{Resource: a, Condition: {A: b}}]}}",
    ],
)
def test_a_table_that_no_deployment_takes_is_refused(properties: str, tmp_path: Path) -> None:
    with pytest.raises(DeclarationError) as caught:
        table_in(tmp_path, properties)

    assert caught.value.code.value == "invalid-template"
    assert "a.yaml:" in caught.value.where.note


RANGE = """
    AttributeDefinitions:
      - {AttributeName: id, AttributeType: S}
      - !If [C, {AttributeName: day, AttributeType: N}, !Ref AWS::NoValue]
    KeySchema:
      - {AttributeName: id, KeyType: HASH}
      - !If [C, {AttributeName: day, KeyType: RANGE}, !Ref AWS::NoValue]
"""


@pytest.mark.case("S38")
@pytest.mark.parametrize(("parameter", "sort"), [("yes", ["day N"]), ("no", [])])
def test_a_sort_key_by_a_condition(parameter: str, sort: list[str], tmp_path: Path) -> None:
    table = table_in(tmp_path, RANGE, P=parameter)

    assert facts(table)["key"] == {"partition": ["id S"], "sort": sort}


@pytest.mark.case("S38")
def test_a_sort_key_by_a_condition_that_is_not_known_quotes_it(tmp_path: Path) -> None:
    key = facts(table_in(tmp_path, RANGE))["key"]

    assert isinstance(key, Mapping)
    assert key["partition"] == ["id S"]
    assert isinstance(key["sort"], Unknown)
    assert key["sort"].why.startswith("!If [C, {AttributeName: day, KeyType: RANGE}")


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        (f"{BARE}    BillingMode: !Ref P", ("billing",)),
        (f"{BARE}    ProvisionedThroughput: {{ReadCapacityUnits: !Ref P}}",
         ("billing", "read_units")),
        (f"{BARE}    TableClass: !Ref P", ("table_class",)),
        (f"{BARE}    StreamSpecification: !If [C, {{StreamViewType: KEYS_ONLY}}, "
         "!Ref AWS::NoValue]", ("stream",)),
        (f"{BARE}    StreamSpecification: {{StreamViewType: !Ref P}}", ("stream",)),
        (f"{BARE}    TimeToLiveSpecification: {{Enabled: !Ref P, AttributeName: a}}", ("ttl",)),
        (f"{BARE}    SSESpecification: {{SSEEnabled: true, KMSMasterKeyId: !GetAtt K.Arn}}",
         ("encryption", "key")),
        (f"{BARE}    SSESpecification: {{SSEEnabled: true, KMSMasterKeyId: "
         "!Sub 'arn:aws:kms:${AWS::Region}:1:key/a'}", ("encryption", "key")),
        (f"{BARE}    DeletionProtectionEnabled: !Ref P", ("deletion_protection",)),
        (f"{BARE}    PointInTimeRecoverySpecification: {{PointInTimeRecoveryEnabled: !Ref P}}",
         ("pitr",)),
        (f"{BARE}    Tags: [{{Key: a, Value: !Ref P}}]", ("tags", "a")),
        (f"{BARE}    Tags: !Ref P", ("tags",)),
        (f"{BARE}    ContributorInsightsSpecification: {{Enabled: true}}",
         ("contributor_insights", "mode")),
        (f"{BARE}    ResourcePolicy: {{PolicyDocument: {{Statement: !Ref P}}}}",
         ("resource_policy",)),
        (f"{BARE}    KeySchema: !Ref P", ("key",)),
        (BARE.replace("AttributeType: S", "AttributeType: !Ref P"), ("key", "partition")),
        (f"{BARE}    GlobalSecondaryIndexes: !Ref P", ("index",)),
        (f"{BARE}    GlobalSecondaryIndexes: [!Ref P]", ("index",)),
        (INDEX % "!Ref P", ("index", "ByDay", "projection")),
        (INDEX % "INCLUDE, NonKeyAttributes: [!Ref P]", ("index", "ByDay", "projection")),
        ((INDEX % "ALL").replace("HASH}]\n        Proj", "!Ref P}]\n        Proj"),
         ("index", "ByDay", "partition")),
    ],
)  # fmt: skip
def test_what_is_not_known_is_unknown_and_nothing_else(
    properties: str, path: tuple[str, ...], tmp_path: Path
) -> None:
    properties = properties.replace(
        "    KeySchema: [{AttributeName: id, KeyType: HASH}]\n    Key", "    Key"
    )
    found: Value = facts(table_in(tmp_path, properties))

    for name in path:
        assert isinstance(found, Mapping)
        found = found[name]
    assert isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("key", "owner"), [("!GetAtt K.Arn", "customer"), ("!Ref K", "customer"), ("!Ref P", None)]
)
def test_a_key_of_the_same_template_is_a_customers(
    key: str, owner: str | None, tmp_path: Path
) -> None:
    table = table_in(
        tmp_path, f"{BARE}    SSESpecification: {{SSEEnabled: true, KMSMasterKeyId: {key}}}"
    )
    encryption = facts(table)["encryption"]

    assert isinstance(encryption, Mapping)
    assert (
        isinstance(encryption["owner"], Unknown) if owner is None else encryption["owner"] == owner
    )


def test_a_fact_knows_its_file_and_line(tmp_path: Path) -> None:
    tags = "    Tags:\n      - {Key: a, Value: b}\n"
    table = table_in(tmp_path, (INDEX % "ALL") + tags)

    def line(*path: str) -> str:
        return table.source_of(path).rpartition(":")[2]

    assert table.source_of(()) == f"{tmp_path}/a.yaml:8"
    assert line("pitr", "enabled") == "8"
    assert line("key", "sort") == "15"
    assert line("index", "ByDay", "partition") == "17"
    assert line("index", "ByDay", "projection") == "19"
    assert line("tags", "a") == "21"


@pytest.mark.case("S2")
def test_the_order_of_a_templates_lists_means_nothing(tmp_path: Path) -> None:
    one = """
    AttributeDefinitions:
      - {AttributeName: a, AttributeType: S}
      - {AttributeName: b, AttributeType: N}
    KeySchema: [{AttributeName: a, KeyType: HASH}, {AttributeName: b, KeyType: RANGE}]
    Tags: [{Key: x, Value: 1}, {Key: y, Value: 2}]
"""
    other = """
    Tags: [{Key: y, Value: 2}, {Key: x, Value: 1}]
    KeySchema: [{AttributeName: b, KeyType: RANGE}, {AttributeName: a, KeyType: HASH}]
    AttributeDefinitions:
      - {AttributeName: b, AttributeType: N}
      - {AttributeName: a, AttributeType: S}
"""

    assert facts(table_in(tmp_path, one)) == facts(table_in(tmp_path, other))


GLOBAL = """
    AttributeDefinitions:
      - {AttributeName: id, AttributeType: S}
      - {AttributeName: d, AttributeType: S}
    KeySchema: [{AttributeName: id, KeyType: HASH}]
    BillingMode: PROVISIONED
    WriteProvisionedThroughputSettings: {WriteCapacityAutoScalingSettings: {MinCapacity: 1}}
    SSESpecification: {SSEEnabled: true, SSEType: KMS}
    GlobalSecondaryIndexes:
      - IndexName: ByD
        KeySchema: [{AttributeName: d, KeyType: HASH}]
        Projection: {ProjectionType: ALL}
    Replicas:
      - Region: eu-west-1
        DeletionProtectionEnabled: true
        PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
        ReadProvisionedThroughputSettings: {ReadCapacityUnits: 4}
        SSESpecification: {KMSMasterKeyId: k}
        GlobalSecondaryIndexes:
          - IndexName: ByD
            ContributorInsightsSpecification: {Enabled: true, Mode: THROTTLED_KEYS}
      - Region: us-east-1
        DeletionProtectionEnabled: true
        PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}
        ReadProvisionedThroughputSettings: {ReadCapacityUnits: 4}
        SSESpecification: {KMSMasterKeyId: k}
        GlobalSecondaryIndexes:
          - IndexName: ByD
            ContributorInsightsSpecification: {Enabled: true, Mode: THROTTLED_KEYS}
"""


def test_a_global_table_says_what_its_replicas_have_in_common(tmp_path: Path) -> None:
    table = table_in(tmp_path, GLOBAL, "AWS::DynamoDB::GlobalTable")
    found = facts(table)

    assert found["deletion_protection"] is True
    assert found["encryption"] == {"type": "kms", "key": "k", "owner": "customer"}
    assert isinstance(found["pitr"], Unknown)
    assert "the replicas differ" in found["pitr"].why
    billing = found["billing"]
    assert isinstance(billing, Mapping)
    assert billing["read_units"] == 4
    assert isinstance(billing["write_units"], Unknown)
    assert table.schema.indexes["ByD"].facts["contributor_insights"] == {
        "enabled": True,
        "mode": "throttled_keys",
    }
    assert table.source_of(("deletion_protection",)).endswith(":25")


def test_a_region_chooses_the_replica(tmp_path: Path) -> None:
    table = table_in(tmp_path, GLOBAL, "AWS::DynamoDB::GlobalTable", **{"AWS::Region": "eu-west-1"})

    assert facts(table)["pitr"] == {"enabled": True, "days": 35}


def test_the_replica_of_the_stacks_own_region_is_the_table(tmp_path: Path) -> None:
    own = GLOBAL.replace("- Region: us-east-1", "- Region: !Ref AWS::Region")
    table = table_in(tmp_path, own, "AWS::DynamoDB::GlobalTable")

    assert facts(table)["pitr"] == {"enabled": False}


def test_what_only_replicas_have_is_not_read_beside_them(tmp_path: Path) -> None:
    beside = "    DeletionProtectionEnabled: false\n    TableClass: STANDARD_INFREQUENT_ACCESS\n"
    found = facts(table_in(tmp_path, GLOBAL + beside, "AWS::DynamoDB::GlobalTable"))

    assert found["deletion_protection"] is True
    assert found["table_class"] == "standard"


def test_tables_are_found_by_their_names(tmp_path: Path) -> None:
    text = f"""
Resources:
  Named:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: orders
{BARE.replace("    ", "      ")}
  Nameless:
    Type: AWS::DynamoDB::Table
    Properties:
{BARE.replace("    ", "      ")}
"""

    assert list(tables_of(read(tmp_path, text))) == ["orders"]
