"""TLS: certificates and host names are always checked; versions below 1.2 are never used."""

from __future__ import annotations

import os
from importlib.util import find_spec
from ssl import (
    SSLCertVerificationError,
    SSLContext,
    SSLError,
    TLSVersion,
    create_default_context,
    get_default_verify_paths,
)

from .....errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError
from ..errors import ConnectFailed, timed_out


def create_context(ca_bundle: str) -> SSLContext:
    """A context that trusts the certificate authorities in `ca_bundle`, or else the system's.

    ca_bundle: a file or a folder, as in AWS_CA_BUNDLE. If it is empty and the system has none,
        botocore's file is used.

    Raises:
        InvalidCall: there are no certificates in `ca_bundle`.
    """
    try:
        context = _load(ca_bundle or _fallback_bundle())
    except (OSError, SSLError) as error:
        raise InvalidCall(
            "the certificate authorities cannot be read",
            where=Place("dynamodb", note=f"AWS_CA_BUNDLE {ca_bundle}".rstrip()),
            fix="set AWS_CA_BUNDLE to a file with certificates in PEM format",
            code=ErrorCode.INVALID_OPTION,
        ) from error
    context.minimum_version = TLSVersion.TLSv1_2
    return context


class Trust:
    """The trusted authorities: a context that the first TLS connection makes, in 20 ms."""

    __slots__ = ("_ca_bundle", "_context")

    def __init__(self, ca_bundle: str) -> None:
        self._ca_bundle = ca_bundle
        self._context: SSLContext | None = None

    def context(self) -> SSLContext:
        """The context; its errors are those of `create_context`."""
        if self._context is None:
            self._context = create_context(self._ca_bundle)
        return self._context


def translate_handshake(error: OSError, where: Place) -> TrueupError:
    """The error of a failed handshake; nothing of a request was sent."""
    if isinstance(error, SSLCertVerificationError):
        return NeedsOperator(
            f"the server's certificate was refused: {error.verify_message}",
            where=where,
            fix="check the endpoint; if its certificate authority is your own, set AWS_CA_BUNDLE",
            code=ErrorCode.CANNOT_OPEN,
            native=str(error.verify_code),
        )
    if isinstance(error, TimeoutError):
        return timed_out(sent=False, where=where)
    native = getattr(error, "reason", None) or type(error).__name__
    return ConnectFailed("no secure connection came about", sent=False, where=where, native=native)


def _load(bundle: str) -> SSLContext:
    path = os.path.expanduser(bundle)
    if os.path.isdir(path):
        return create_default_context(capath=path)
    return create_default_context(cafile=path or None)


def _fallback_bundle() -> str:
    """botocore's file, found without importing it; empty if the system has its own."""
    paths = get_default_verify_paths()
    if paths.cafile or paths.capath:
        return ""
    spec = find_spec("botocore")
    folders = spec.submodule_search_locations if spec else None
    return os.path.join(folders[0], "cacert.pem") if folders else ""
