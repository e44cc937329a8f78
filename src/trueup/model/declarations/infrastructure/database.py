"""PostgreSQL in RDS, behind a proxy, in a network that nothing else reaches.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import KW_ONLY
from ipaddress import IPv4Network
from typing import Literal

from ...._dataclass import dataclass
from ...._kinds import field_misfits

Network = Literal["own", "given"]

_VERSION = re.compile(r"1[3-9]\.\d{1,2}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_INSTANCE = re.compile(r"db\.[a-z0-9]+\.[a-z0-9]+")
_TAKEN = ("admin", "rdsadmin", "postgres", "template0", "template1")


@dataclass(frozen=True, slots=True)
class RdsPostgres:
    """The PostgreSQL of a layer in RDS. Functions with `database=True` reach it through a proxy.

    version: one that RDS still makes: it withdraws minor versions after some years.
    name, user: of the database, and of its owner, whose password AWS makes and a secret holds.
    instance: the class of the machine. standby: whether a second one is ready in another zone;
        None is as the stage: only those with protected tables.
    storage_gb, most_storage_gb: at first, and what it grows to by itself.
    backup_days: how long the state of each second can be restored.
    connections_percent, idle_percent: of the server's connections, how many the proxy takes, and
        keeps without work. borrow_timeout_s: how long a call waits for one.
    network: "own" is one without a way to the internet; "given" takes one by parameters.
    cidr: the addresses of the own network.
    """

    version: str = "17.6"
    _: KW_ONLY
    name: str = "app"
    user: str = "app_owner"
    instance: str = "db.t4g.medium"
    standby: bool | None = None
    storage_gb: int = 20
    most_storage_gb: int = 1000
    backup_days: int = 14
    connections_percent: int = 90
    idle_percent: int = 50
    borrow_timeout_s: int = 30
    network: Network = "own"
    cidr: str = "10.0.0.0/24"

    def problems(self) -> Iterator[str]:
        """What is wrong in the declaration."""
        kinds = list(field_misfits(self))
        yield from (f"database: {one}" for one in kinds or self._problems())

    def _problems(self) -> Iterator[str]:
        if not _VERSION.fullmatch(self.version):
            yield f"version={self.version!r} is not one of PostgreSQL, such as 16.4"
        for name, value in (("name", self.name), ("user", self.user)):
            if not _NAME.fullmatch(value) or value in _TAKEN:
                yield f"{name}={value!r} is not a free name of small letters, digits and _"
        if not _INSTANCE.fullmatch(self.instance):
            yield f"instance={self.instance!r} is not a class such as db.t4g.medium"
        for name, least, most in (
            ("storage_gb", 20, 65_536),
            ("backup_days", 1, 35),
            ("connections_percent", 1, 100),
            ("idle_percent", 0, self.connections_percent),
            ("borrow_timeout_s", 0, 300),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                yield f"{name}={value} is not {least} to {most}"
        if not self.storage_gb * 11 <= self.most_storage_gb * 10 <= 655_360:
            yield f"most_storage_gb={self.most_storage_gb} is not 1.1 × storage_gb to 65536"
        yield from _cidr_problems(self.cidr)


def _cidr_problems(cidr: str) -> Iterator[str]:
    try:
        network = IPv4Network(cidr)
    except ValueError:
        yield f"cidr={cidr!r} is not a range of addresses such as 10.0.0.0/24"
        return
    if not 16 <= network.prefixlen <= 26 or not network.is_private:
        yield f"cidr={cidr!r} is not a private range of /16 to /26"
