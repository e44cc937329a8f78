"""botocore, imported on first use, for credentials outside the environment and for endpoint rules.

Every function may take long: it reads files, starts programs, calls servers. Call it from a thread
that may wait. botocore itself reads `os.environ`.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

from .....errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError, Unavailable
from ..extra import missing_extra
from .configuration import Settings
from .credentials import CREDENTIALS, Credentials

EXPIRES_SOON_S = 600
"""The time of botocore's mandatory refresh: credentials are not used in their last ten minutes.

Source: `_DEFAULT_MANDATORY_REFRESH_TIMEOUT` in
https://github.com/boto/botocore/blob/develop/botocore/credentials.py"""


class SdkCredentials:
    """Credentials by botocore's chain: profile, web identity, single sign-on, process, container,
    metadata service. botocore refreshes them, for one thread at a time.

    profile: the caller's, which comes before everything else; empty for botocore's own order.
    region: the region of STS.
    """

    __slots__ = ("_current", "_lock", "_profile", "_provider", "_region")

    def __init__(self, profile: str, region: str) -> None:
        self._profile = profile
        self._region = region
        self._provider: Any = None
        self._current: Credentials | None = None
        self._lock = threading.Lock()

    def usable(self) -> Credentials | None:
        """The credentials, if there are any that do not expire soon. Does not wait."""
        if self._current is None or self._expires_within(EXPIRES_SOON_S):
            return None
        return self._current

    def is_ageing(self) -> bool:
        """Whether botocore would refresh the credentials on demand. Does not wait."""
        return self._current is not None and self._expires_within(None)

    def fetch(self) -> Credentials:
        """The credentials, refreshed if needed.

        Raises:
            NeedsOperator: there are no credentials, or their provider refused.
            Unavailable: their provider could not be reached.
        """
        botocore = _import_botocore()
        failures = (
            botocore.exceptions.BotoCoreError,
            botocore.exceptions.ClientError,
            RuntimeError,  # refreshed, and still expired
            ValueError,  # an address that botocore refuses
            KeyError,  # an answer without credentials
            OSError,
        )
        try:
            with self._lock:
                if self._provider is None:
                    self._provider = self._find(botocore)
                found = self._provider.get_frozen_credentials()
        except failures as error:
            raise _failed(error, botocore.exceptions.HTTPClientError) from error
        self._current = Credentials(
            found.access_key, found.secret_key, found.token or "", found.account_id or ""
        )
        return self._current

    def _find(self, botocore: Any) -> Any:
        session = botocore.session.Session(profile=self._profile or None)
        session.set_config_variable("region", self._region)
        provider = session.get_credentials()
        if provider is None:
            raise NeedsOperator(
                "no AWS credentials were found",
                where=CREDENTIALS,
                fix="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, or give this "
                "machine a role",
                code=ErrorCode.CANNOT_OPEN,
            )
        return provider

    def _expires_within(self, seconds: int | None) -> bool:
        """Whether the credentials expire soon. None: by botocore's advisory time. Credentials that
        never expire lack the method."""
        needed = getattr(self._provider, "refresh_needed", None)
        return bool(needed and needed(seconds))


def resolve_by_rules(settings: Settings, account_id: str) -> tuple[str, str]:
    """The URL of the endpoint, and the region to sign for, by AWS's own rules.

    Raises:
        InvalidCall: the settings contradict each other.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
    """
    botocore = _import_botocore()
    loader = botocore.session.Session().get_component("data_loader")
    rules = loader.load_service_model(settings.service.model, "endpoint-rule-set-1")
    provider = botocore.endpoint_provider.EndpointProvider(rules, loader.load_data("partitions"))
    try:
        found = provider.resolve_endpoint(
            Region=settings.region,
            UseFIPS=settings.use_fips,
            UseDualStack=settings.use_dual_stack,
            Endpoint=settings.endpoint_url or None,
            AccountId=account_id or None,
            AccountIdEndpointMode=settings.account_id_mode,
        )
    except botocore.exceptions.EndpointProviderError as error:
        raise InvalidCall(
            f"AWS has no endpoint for these settings: {words_of(error)}",
            where=Place("dynamodb", note=f"region {settings.region}"),
            fix="correct the region, the endpoint, AWS_USE_FIPS_ENDPOINT, "
            "AWS_USE_DUALSTACK_ENDPOINT or AWS_ACCOUNT_ID_ENDPOINT_MODE",
            code=ErrorCode.INVALID_OPTION,
        ) from error
    schemes = found.properties.get("authSchemes") or [{}]
    return found.url, schemes[0].get("signingRegion", settings.region)


def words_of(error: Exception) -> str:
    """botocore's message as one line without punctuation at its end."""
    return " ".join(str(error).split()).rstrip(".:")


def _import_botocore() -> Any:
    try:
        for name in ("endpoint_provider", "exceptions", "session"):
            import_module(f"botocore.{name}")
        return import_module("botocore")
    except ImportError as error:
        raise missing_extra("botocore") from error


def _failed(error: Exception, unreachable: type[Exception]) -> TrueupError:
    """Our error for botocore's. Its messages hold no secrets; STS names the role and the reason."""
    kind = Unavailable if isinstance(error, unreachable) else NeedsOperator
    return kind(
        f"AWS credentials could not be had: {words_of(error)}",
        where=CREDENTIALS,
        fix="check the profile, the role and the service that gives the credentials",
        code=ErrorCode.UNAVAILABLE if kind is Unavailable else ErrorCode.CANNOT_OPEN,
        native=type(error).__name__,
    )
