"""Rules of PostgreSQL in RDS, its proxy, and who reaches them."""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import Links
from .part import Part

INSTANCE = "AWS::RDS::DBInstance"
CLUSTER = "AWS::RDS::DBCluster"
PROXY = "AWS::RDS::DBProxy"
GROUP = "AWS::EC2::SecurityGroup"
INGRESS = "AWS::EC2::SecurityGroupIngress"
_PORTS = (5432, 3306)
"""Of PostgreSQL and MySQL."""
_INHERITS = (
    *("DBClusterIdentifier", "DBSnapshotIdentifier", "SnapshotIdentifier"),
    *("SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"),
)
"""What names another database, whose encryption holds."""
_EVERYBODY = ("0.0.0.0/0", "::/0")
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html"
_SECURITY_GROUPS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"

PUBLIC = Rule(
    "T701",
    Severity.CRITICAL,
    "A database has an address on the internet",
    "Its passwords are tried from everywhere.",
    "write PubliclyAccessible: false, and put it into isolated subnets",
    f"{_CONTROLS}#rds-2",
)
UNENCRYPTED = Rule(
    "T702",
    Severity.HIGH,
    "The storage of a database is not encrypted",
    "Snapshots and copies are in plain text, and encryption cannot be switched on later.",
    "write StorageEncrypted: true",
    f"{_CONTROLS}#rds-3",
)
NO_TLS = Rule(
    "T703",
    Severity.HIGH,
    "A proxy takes connections without TLS",
    "Passwords and rows cross the network in plain text.",
    "write RequireTLS: true",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbproxy.html",
)
OPEN_PORT = Rule(
    "T704",
    Severity.CRITICAL,
    "The port of a database is open to everybody",
    "Its passwords are tried from everywhere, and so is every hole in the server.",
    "let in the security group of the functions: SourceSecurityGroupId",
    _SECURITY_GROUPS,
)
PASSWORD = Rule(
    "T705",
    Severity.CRITICAL,
    "The password of a database stands in the template",
    "Whoever reads the template, or its history, has it.",
    "write ManageMasterUserPassword: true, or a reference to Secrets Manager",
    f"{_CONTROLS}#rds-1",
)
NO_BACKUP = Rule(
    "T706",
    Severity.HIGH,
    "A database has no backups",
    "What a mistake deletes cannot be had back.",
    "write BackupRetentionPeriod: 7, or more",
    f"{_CONTROLS}#rds-11",
)


def public(instance: Part, _: Links) -> Iterator[Found]:
    """Databases with a public address."""
    if instance["PubliclyAccessible"].flag():
        yield instance["PubliclyAccessible"], "it is publicly accessible"


def unencrypted(database: Part, _: Links) -> Iterator[Found]:
    """Plain storage, of what does not take it from a cluster, a snapshot or a source."""
    if any(database[name].is_there for name in _INHERITS):
        return
    if not database["StorageEncrypted"].flag():
        yield database["StorageEncrypted"], "its storage is not encrypted"


def no_tls(proxy: Part, _: Links) -> Iterator[Found]:
    """Proxies that do not ask for TLS."""
    if not proxy["RequireTLS"].flag():
        yield proxy["RequireTLS"], "it takes connections without TLS"


def open_port(group: Part, _: Links) -> Iterator[Found]:
    """Rules that let everybody in."""
    rules = [group] if group.resource.type == INGRESS else list(group["SecurityGroupIngress"])
    for rule in rules:
        for name in ("CidrIp", "CidrIpv6"):
            source = rule[name]
            if source.is_unknown and not _reaches(rule):
                continue
            if source.text() in _EVERYBODY and _reaches(rule):
                yield rule, f"{source.text()} reaches a port of databases"


def _reaches(rule: Part) -> bool:
    if rule["IpProtocol"].text() in ("-1", "all"):
        return True
    least, most = rule["FromPort"].number(-1), rule["ToPort"].number(-1)
    return any(least <= port <= most for port in _PORTS)


def password(database: Part, _: Links) -> Iterator[Found]:
    """Passwords in plain text."""
    part = database["MasterUserPassword"]
    if not part.is_unknown and part.text():
        yield part, "its password is in the template"


def no_backup(database: Part, _: Links) -> Iterator[Found]:
    """Databases whose backups are off."""
    part = database["BackupRetentionPeriod"]
    if part.is_there and part.number() == 0:
        yield part, "its backups are off"


CHECKS = (
    TemplateCheck(PUBLIC, (INSTANCE,), public),
    TemplateCheck(UNENCRYPTED, (INSTANCE, CLUSTER), unencrypted),
    TemplateCheck(NO_TLS, (PROXY,), no_tls),
    TemplateCheck(OPEN_PORT, (GROUP, INGRESS), open_port),
    TemplateCheck(PASSWORD, (INSTANCE, CLUSTER), password),
    TemplateCheck(NO_BACKUP, (INSTANCE, CLUSTER), no_backup),
)
