"""The error of a package that is not installed."""

from __future__ import annotations

from ....errors import ErrorCode, Place, UnsupportedByEngine


def missing_extra(package: str) -> UnsupportedByEngine:
    """The error if `import package` failed."""
    return UnsupportedByEngine(
        f"DynamoDB needs the package {package}, which is not installed",
        where=Place("dynamodb"),
        fix="install trueup[dynamodb]",
        code=ErrorCode.MISSING_EXTRA,
    )
