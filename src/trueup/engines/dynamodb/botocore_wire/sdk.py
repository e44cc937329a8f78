"""Everything that this wire uses of botocore: public names only, which releases keep."""

from __future__ import annotations

from ..wire.extra import missing_extra

try:
    from botocore import exceptions, xform_name
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config
    from botocore.hooks import HierarchicalEmitter
    from botocore.httpsession import get_cert_path
    from botocore.parsers import ResponseParserFactory
    from botocore.session import Session
    from botocore.utils import get_environ_proxies
except ImportError as missing:
    raise missing_extra("botocore") from missing

__all__ = [
    "AWSResponse",
    "Config",
    "HierarchicalEmitter",
    "ResponseParserFactory",
    "Session",
    "exceptions",
    "get_cert_path",
    "get_environ_proxies",
    "xform_name",
]
