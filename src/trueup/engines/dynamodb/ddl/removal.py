"""Dropping a table: a copy of it first, if one is wanted.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from ....errors import ErrorCode, NeedsOperator
from ....operations.operation import NextRequest, Request
from ....schema.engine import DONE, LiveTable, Progress, Step
from ..codec.values import decode_body, reading
from ..errors import NOT_FOUND, VALIDATION, read_failure
from ..inspect.listings import next_page
from ..inspect.parts import parts_in, text_in
from ..requests.replies import request_of, succeeded
from ..wire.http.reply import Reply
from .estimates import size_estimate
from .steps import Subject

Backup = tuple[str, str]
"""The ARN and the status of a backup."""


def drop_steps(subject: Subject, backup: str) -> Iterator[Step]:
    """The steps that drop a table. backup: the name of the copy that is kept; empty for none."""
    if backup:
        yield _backup_step(subject, backup)
        yield _wait_for_backup(subject, backup)
    restore = f"; {how_to_restore(subject.name, backup)}" if backup else ""
    request = _deleting(subject)
    yield subject.step(f"drop {subject.name} and its items{restore}", request)
    yield subject.wait(
        f"wait until {subject.name} is gone",
        subject.description,
        lambda live: Progress(live is None, note="it is being deleted"),
    )


def how_to_restore(name: str, backup: str) -> str:
    """The command that makes the table again from its copy.

    Source: https://docs.aws.amazon.com/cli/latest/reference/dynamodb/restore-table-from-backup.html
    """
    named = f"BackupSummaries[?BackupName=='{backup}']"
    query = f"max_by({named}, &BackupCreationDateTime).BackupArn"
    return (
        f"restore it by: aws dynamodb restore-table-from-backup --target-table-name {name} "
        f"--backup-arn $(aws dynamodb list-backups --table-name {name} "
        f'--query "{query}" --output text)'
    )


def _backup_step(subject: Subject, backup: str) -> Step:
    """A copy, also where an interrupted run has made one: items may have been written since.
    DynamoDB makes any number of one name."""
    body = {"TableName": subject.name, "BackupName": backup}
    comment, sent = f"back {subject.name} up as {backup}", subject.sent("CreateBackup", body)
    return subject.step(comment, sent, estimate=size_estimate(subject.live))


def _wait_for_backup(subject: Subject, backup: str) -> Step:
    comment = f"wait until the backup {backup} is there"
    return subject.step(comment, _listing(subject, backup), changes=False)


def _listing(
    subject: Subject,
    backup: str,
    start: str = "",
    found: tuple[Backup, ...] = (),
    before: Set[str] = frozenset(),
) -> Request[Progress]:
    """The look at the backups of a name, on all pages: those of this table, not of an earlier one
    that was called the same. start: the last backup of the page before. found: there.
    before: where the pages before began."""
    identity = subject.live.identity if subject.live else ""

    def decode(reply: Reply) -> Progress | NextRequest[Progress]:
        body = decode_body(succeeded(reply, "ListBackups", subject.where))
        with reading():
            more = tuple(
                (text_in(one, "BackupArn"), text_in(one, "BackupStatus"))
                for one in parts_in(body, "BackupSummaries")
                if text_in(one, "BackupName") == backup
                and (not identity or identity.endswith(text_in(one, "TableId")))
            )
            last = text_in(body, "LastEvaluatedBackupArn")
        begun = set(before)
        if next_page(last, begun, "ListBackups", subject.table):
            return NextRequest(_listing(subject, backup, last, (*found, *more), begun))
        return _progress((*found, *more))

    page = {"ExclusiveStartBackupArn": start} if start else {}
    body = {"TableName": subject.name, "BackupType": "USER", **page}
    return request_of("ListBackups", subject.table, body, decode)


def _progress(backups: tuple[Backup, ...]) -> Progress:
    statuses = {status for _, status in backups}
    told = ", ".join(f"{arn} is {status}" for arn, status in backups)
    return Progress("AVAILABLE" in statuses and "CREATING" not in statuses, note=told)


def _deleting(subject: Subject) -> Request[Progress]:
    def is_gone(live: LiveTable | None) -> bool:
        return live is None or live.busy.get("table") == "DELETING"

    sent = subject.sent("DeleteTable", {"TableName": subject.name}, subject.description, is_gone)

    def decode(reply: Reply) -> Progress | NextRequest[Progress]:
        failure = None if reply.status == 200 else read_failure(reply)
        if failure and failure.code == NOT_FOUND:
            return DONE
        if failure and failure.code == VALIDATION and "protect" in failure.words:
            raise NeedsOperator(
                "the table is protected against being dropped",
                where=subject.where,
                native=failure.native,
                code=ErrorCode.ENGINE_FAILED,
                fix="declare deletion_protection=False and apply that first",
            )
        return sent.decode(reply)

    return replace(sent, decode=decode)
