"""The audit of code: each rule, the replica of a code base, and files that cannot be read."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.checks.code_samples import HEAD, SAMPLES
from tests.cli.shell import Shell
from trueup.checks.code.check import code_problems
from trueup.checks.code.rules.catalogue import RULES
from trueup.checks.code.rules.reserved import RESERVED

REPLICA = Path(__file__).parent / "replica"
STACK = "NexusApplicationPipelineCDK/lib/stacks/dynamodb/dynamodb-stack.ts"
ENRICHMENT = "NexusEnrichmentAgentLambda/src/enrichment_agent/service.py"
SCIENCE = "NexusScienceOrchestratorLambda/src/science_orchestrator/service.py"


def codes_of(folder: Path, text: str) -> list[str]:
    (folder / "code.py").write_text(HEAD + text)
    return [problem.code for problem in code_problems(folder)]


def test_each_rule_has_a_sample() -> None:
    assert [rule.code for rule in RULES] == sorted(SAMPLES)


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_rule_finds_its_mistake(code: str, tmp_path: Path) -> None:
    assert code in codes_of(tmp_path, SAMPLES[code][0])


@pytest.mark.parametrize("code", sorted(SAMPLES))
def test_rule_is_silent_without_the_mistake(code: str, tmp_path: Path) -> None:
    assert code not in codes_of(tmp_path, SAMPLES[code][1])


def test_the_reserved_words_are_all_there() -> None:
    assert len(RESERVED) == 573


def test_replica_has_exactly_the_findings_of_the_review() -> None:
    found = [
        (problem.code, problem.file, problem.line, problem.is_unknown)
        for problem in code_problems(REPLICA)
    ]
    assert Counter(found) == Counter(
        [
            ("C001", ENRICHMENT, 25, False),  # the missing table
            ("C003", STACK, 26, False),  # ControlGuideIndex, of which the code knows nothing
            ("C008", SCIENCE, 35, False),  # mappings to a control
            ("C011", "NexusFrameworkAPIHandlerLambda/src/framework_api/service.py", 12, False),
            ("C011", "NexusMappingAPIHandlerLambda/src/mapping_api/service.py", 14, False),
            ("C011", "NexusMappingReviewAPIHandlerLambda/src/review_api/service.py", 21, False),
            ("C013", "NexusMappingChangeLambda/src/mapping_change/handler.py", 8, False),
        ]
    )


@pytest.mark.req("N42")
def test_tables_that_functions_use_must_exist_in_the_infrastructure(tmp_path: Path) -> None:
    shutil.copytree(REPLICA, tmp_path / "nexus")
    missing = Shell(tmp_path, {}).run("trueup check --code nexus --fail-on critical")
    assert missing.code == 2
    shown = " ".join(missing.out.split())
    assert "Enrichment is used and not declared" in shown
    assert f"put_item at {ENRICHMENT}:25" in shown
    assert f"get_item at {SCIENCE}:20" in shown


def test_replica_with_the_table_has_no_undeclared_one(tmp_path: Path) -> None:
    for path in REPLICA.rglob("*"):
        if path.suffix in (".py", ".ts"):
            target = tmp_path / path.relative_to(REPLICA)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text()
            target.write_text(
                text.replace("'ControlGuideIndex', 'guideKey'", "'Enrichment', 'control_id'")
            )
    codes = {problem.code for problem in code_problems(tmp_path)}
    assert codes == {"C008", "C011", "C013"}


@pytest.mark.case("S31")
def test_a_variable_without_a_default_is_unknown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "migrate.py").write_text(
        "import os\nimport boto3\n\n"
        "table = boto3.resource('dynamodb').Table(os.environ['USERS_TABLE'])\n"
        "table.put_item(Item={'id': '1'})\n"
    )
    (tmp_path / "stack.py").write_text(
        "from aws_cdk import aws_dynamodb as dynamodb\n"
        "dynamodb.Table(None, 'Users', table_name='Users')\n"
    )
    unknown = [one for one in code_problems(tmp_path) if one.code == "C002"]
    assert [(one.file, one.line, one.of, one.is_unknown) for one in unknown] == [
        ("migrate.py", 4, "USERS_TABLE", True)
    ]
    assert "C001" not in {one.code for one in code_problems(tmp_path)}


CHECKING = """
import boto3

def enrich(event, context):
    save(event)

def save(event):
    boto3.client("dynamodb").transact_write_items(TransactItems=[
        {"ConditionCheck": {"TableName": "Orders", "Key": {}, "ConditionExpression": "a = :a"}},
        {"Put": {"TableName": "Orders", "Item": {}}},
    ])
"""
DECLARED = """
from trueup import Function, Layer, Model, Table

class Order(Model):
    id: str

orders = Table("Orders", Order, partition="id")
layer = Layer("shop", target="dynamodb", tables=[orders], functions=[
    Function("enrich", handler="app.handlers:enrich", writes=[orders.create{more}]),
])
"""


@pytest.mark.case("S30")
@pytest.mark.parametrize(("more", "expected"), [("", ["C014"]), (", orders.check", [])])
def test_a_check_that_the_function_does_not_declare_is_found(
    more: str, expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / "handlers.py").write_text(CHECKING)
    (tmp_path / "tables.py").write_text(DECLARED.replace("{more}", more))
    assert [one.code for one in code_problems(tmp_path)] == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"def broken(:\n", "it is no Python"),
        (b"x = '\xff'\n", "it is not encoded in UTF-8"),
        (b"x = 1\n\0", "it contains a NUL"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "it is"),
        (b"x = " + b"-" * 50_000 + b"1", "it is nested too deeply"),
        (b"# " + b"x" * (2 * 1024 * 1024 + 1), "it is larger than 2 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_unknown(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_bytes(content)
    problems = code_problems(tmp_path)
    assert [(one.code, one.file, one.is_unknown) for one in problems] == [("C000", "odd.py", True)]
    assert problems[0].what.startswith(reason)


def test_what_is_not_known_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_bytes(b"def broken(:\n")
    assert Shell(tmp_path, {}).run("trueup check --code .").code == 1


def test_loops_of_links_and_environments_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "again").symlink_to(tmp_path)
    for folder in (".venv", "venv", "node_modules", "own-environment"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pyvenv.cfg").touch()
        (tmp_path / folder / "broken.py").write_text("def broken(:")
    (tmp_path / "app" / "main.py").write_text("print('hello')")
    assert code_problems(tmp_path) == []


def test_infrastructure_in_yaml_and_a_call_in_an_imported_constant_meet(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text(
        "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
        "      TableName: Orders\n      KeySchema: [{AttributeName: id, KeyType: HASH}]\n"
    )
    (tmp_path / "names.py").write_text("ORDERS = 'Orders'\n")
    (tmp_path / "app.py").write_text(
        "import boto3\nfrom names import ORDERS\n"
        "boto3.resource('dynamodb').Table(ORDERS).get_item(Key={'id': '1'})\n"
    )
    assert code_problems(tmp_path) == []


def test_a_folder_without_code_is_unknown_and_one_that_lacks_is_refused(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {})
    (tmp_path / "docs").mkdir()
    assert shell.run("trueup check --code docs").code == 1
    refused = shell.run("trueup check --code gone")
    assert (refused.code, "gone is not there" in refused.err) == (1, True)


GENERATED = """# Generated by trueup generate iac, stack x. Edit the declarations.
import aws_cdk.aws_dynamodb as dynamodb
dynamodb.Table(None, "T", table_name="prod-T")
"""


def test_generated_files_declare_nothing_anew(tmp_path: Path) -> None:
    (tmp_path / "generated.py").write_text(GENERATED)
    (tmp_path / "app.py").write_text("import boto3\n")
    assert not list(code_problems(tmp_path))
    (tmp_path / "generated.py").write_text(GENERATED.partition("\n")[2])
    assert [one.code for one in code_problems(tmp_path)] == ["C003"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('f"{1:>10}"', "C002"),
        ('"%10d" % 1', "C002"),
        ('"{:03}".format(1)', "C002"),
        ('"%s" % "T"', "C001"),
        ('f"{1}"', "C001"),
    ],
)
def test_name_that_is_formatted_is_not_known(tmp_path: Path, name: str, code: str) -> None:
    call = f"import boto3\nboto3.resource('dynamodb').Table({name}).get_item(Key={{}})\n"
    (tmp_path / "app.py").write_text(call)
    assert code in [one.code for one in code_problems(tmp_path)]
