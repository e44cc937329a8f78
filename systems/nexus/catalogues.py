"""The real catalogues that nexus is seeded from: the rows of the files in `data/`."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from importlib.resources import files
from typing import NamedTuple

NIST = "NIST-SP-800-53"
DISA = "DISA-CCI"
DISA_VERSION = "2023-06-07"


class NistRow(NamedTuple):
    """A row of `nist_800_53.csv`. baselines: joined by `|`."""

    framework: str
    version: str
    control_id: str
    title: str
    family: str
    baselines: str
    statement: str


class CciRow(NamedTuple):
    """A row of `disa_cci.csv`."""

    cci_id: str
    status: str
    published: str
    category: str
    definition: str


class ReferenceRow(NamedTuple):
    """A row of `disa_cci_to_nist.csv`: a CCI refers to a part of a control."""

    cci_id: str
    version: str
    control_id: str
    part: str


def read_csv(name: str) -> list[list[str]]:
    """The rows of one file, without its heading."""
    packed = files("systems.nexus").joinpath(f"data/{name}.csv.gz").read_bytes()
    text = gzip.decompress(packed).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@cache
def nist_rows() -> tuple[NistRow, ...]:
    """The controls of NIST SP 800-53 in both revisions."""
    return tuple(NistRow(*row) for row in read_csv("nist_800_53"))


@cache
def cci_rows() -> tuple[CciRow, ...]:
    """DISA's control correlation identifiers."""
    return tuple(CciRow(*row) for row in read_csv("disa_cci"))


@cache
def reference_rows() -> tuple[ReferenceRow, ...]:
    """The references of CCIs to controls that are in the catalogue; the others have no target."""
    known = {(row.version, row.control_id) for row in nist_rows()}
    rows = [ReferenceRow(*row) for row in read_csv("disa_cci_to_nist")]
    return tuple(row for row in rows if (row.version, row.control_id) in known)
