"""The settings in force: the caller's options, the environment and the profile, in this order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from ....._dataclass import dataclass
from .....errors import ErrorCode, InvalidCall, Place, UnsupportedByEngine
from ...hosts import plain_text_host
from .credentials import Credentials, read_environment
from .service import DYNAMODB, Service
from .settings import SETTINGS
from .shared_config import SERVICE_ENDPOINT, read_profile

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 10.0
ENDPOINT_REGION = "us-east-1"
"""The signing region of a caller's endpoint if no region is set: emulators accept any, and most use
this one."""
MOST_CONNECTIONS = 50

_CONNECT_TIMEOUTS_S = {
    "": CONNECT_TIMEOUT_S,
    "legacy": CONNECT_TIMEOUT_S,
    "standard": 6.2,
    "in-region": 2.2,
    "cross-region": 6.2,
    "mobile": 60.0,
}
"""By AWS_DEFAULTS_MODE: AWS's time to connect plus its time for TLS, which we bound together.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-smart-config-defaults.html"""

_OTHER_WIRE = "unset it, or use the botocore wire: ?wire=botocore in the URL"
_PROFILE_KEYS = {setting.name: setting.profile_key for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Options:
    """The caller's options. If an option is empty, the environment and the profile decide.

    read_timeout_s: the longest silence of a server that owes us bytes; the deadline of a call
        bounds it further.
    most_connections: the number of open connections; further calls wait.
    allows_plain_text: whether an endpoint of another machine may have no TLS.
    """

    region: str = ""
    endpoint_url: str = ""
    profile: str = ""
    credentials: Credentials | None = None
    connect_timeout_s: float | None = None
    read_timeout_s: float = READ_TIMEOUT_S
    most_connections: int = MOST_CONNECTIONS
    allows_plain_text: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force for calls of one service. An unset setting is empty text.

    credentials: fixed credentials; None if botocore has to find them.
    profile: the caller's; botocore itself finds the profile that the environment names.
    proxies: by scheme, and `no` for the hosts that need no proxy.
    """

    service: Service
    region: str
    endpoint_url: str = field(repr=False)  # with a password, until it is parsed and refused
    profile: str
    credentials: Credentials | None
    account_id_mode: str
    use_fips: bool
    use_dual_stack: bool
    ca_bundle: str
    agent: str
    connect_timeout_s: float
    read_timeout_s: float
    most_connections: int
    proxies: Mapping[str, str] = field(repr=False)


def read_settings(
    options: Options, environ: Mapping[str, str], service: Service = DYNAMODB
) -> Settings:
    """Read all settings, and refuse those that cannot be honoured.

    Raises:
        InvalidCall: a value is not allowed, or there is no region.
        UnsupportedByEngine: a setting asks for a feature that this wire lacks.
    """
    profile = options.profile or _profile_name(environ)
    values = _Values(environ, read_profile(environ, profile, service.name))
    _refuse(values)
    credentials = options.credentials
    if credentials is None and not options.profile:
        credentials = read_environment(environ)
    endpoint_url = options.endpoint_url or _endpoint_url(values, service)
    check_endpoint(endpoint_url, options)
    return Settings(
        service=service,
        region=_checked_region(options.region or _region(values, options.endpoint_url)),
        endpoint_url=endpoint_url,
        profile=options.profile,
        credentials=credentials,
        account_id_mode=values.choice(
            "AWS_ACCOUNT_ID_ENDPOINT_MODE", ("preferred", "disabled", "required")
        ),
        use_fips=values.flag("AWS_USE_FIPS_ENDPOINT"),
        use_dual_stack=values.flag("AWS_USE_DUALSTACK_ENDPOINT"),
        ca_bundle=values.text("AWS_CA_BUNDLE") or values.text("REQUESTS_CA_BUNDLE"),
        agent=_agent(values),
        connect_timeout_s=options.connect_timeout_s or _connect_timeout_s(values),
        read_timeout_s=options.read_timeout_s,
        most_connections=options.most_connections,
        proxies=_proxies(environ),
    )


@dataclass(frozen=True, slots=True)
class _Values:
    """Settings by the names of the table: the environment's, else the profile's."""

    environ: Mapping[str, str]
    profile: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.environ.get(name, "") or self.profile.get(_PROFILE_KEYS[name], "")

    def flag(self, name: str) -> bool:
        return self.choice(name, ("false", "true")) == "true"

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """The value, which must be one of `allowed`; the first if nothing is set."""
        value = self.text(name).lower() or allowed[0]
        if value not in allowed:
            raise _invalid(name, f"it has to be one of {', '.join(filter(None, allowed))}")
        return value


def read_location(options: Options, environ: Mapping[str, str]) -> tuple[str, str]:
    """The region and the endpoint of DynamoDB that are set somewhere; each empty if it is not.

    Raises:
        InvalidCall: a value is not allowed.
    """
    profile = options.profile or _profile_name(environ)
    values = _Values(environ, read_profile(environ, profile))
    endpoint_url = options.endpoint_url or _endpoint_url(values, DYNAMODB)
    return options.region or _named_region(values), endpoint_url


def _profile_name(environ: Mapping[str, str]) -> str:
    names = {environ.get("AWS_PROFILE", ""), environ.get("AWS_DEFAULT_PROFILE", "")} - {""}
    if len(names) > 1:
        raise _invalid("AWS_PROFILE", "AWS_DEFAULT_PROFILE names another profile")
    return names.pop() if names else ""


def _region(values: _Values, endpoint_url: str) -> str:
    region = _named_region(values)
    if not region and not endpoint_url:
        raise InvalidCall(
            "no region is set",
            where=Place("dynamodb"),
            fix="give it in the URL (dynamodb://eu-west-1), set AWS_REGION, or put region into "
            "the profile",
            code=ErrorCode.INVALID_OPTION,
        )
    return region or ENDPOINT_REGION


def _named_region(values: _Values) -> str:
    return values.environ.get("AWS_REGION") or values.text("AWS_DEFAULT_REGION")


def _checked_region(region: str) -> str:
    """The region, refused unless it can be part of a host name.

    Source: https://www.rfc-editor.org/rfc/rfc1123#page-13
    """
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z-]{0,62}", region):
        raise InvalidCall(
            "the name of the region cannot be part of a host's name",
            where=Place("dynamodb", note="the URL, AWS_REGION, or region in the profile"),
            fix="correct it: letters, digits and hyphens, such as eu-west-1",
            code=ErrorCode.INVALID_OPTION,
        )
    return region


def _endpoint_url(values: _Values, service: Service) -> str:
    """Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"""
    if values.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"):
        return ""
    own = f"AWS_ENDPOINT_URL_{service.name.replace('-', '_').upper()}"
    environ, profile = values.environ, values.profile
    return (
        environ.get(own)
        or environ.get("AWS_ENDPOINT_URL")
        or profile.get(SERVICE_ENDPOINT)
        or profile.get("endpoint_url", "")
    )


def check_endpoint(endpoint_url: str, options: Options) -> None:
    """Refuse an endpoint of another machine without TLS, unless the caller allows it; and refuse
    that permission if it is not needed. endpoint_url: empty for AWS's own, which have TLS.
    """
    host = plain_text_host(endpoint_url)
    if host and not options.allows_plain_text:
        raise InvalidCall(
            "the endpoint is on another machine and has no TLS: credentials and items could be "
            "read on the way",
            where=Place("dynamodb", note=f"http://{host}"),
            fix="use https://, or allow plain text with ?tls=false in the URL",
            code=ErrorCode.INVALID_URL,
        )
    if options.allows_plain_text and not endpoint_url.startswith("http:"):
        raise InvalidCall(
            "the URL says ?tls=false, and the endpoint has TLS",
            where=Place("dynamodb", note="AWS's own endpoint, or AWS_ENDPOINT_URL"),
            fix="leave ?tls=false out of the URL, or name an endpoint that has no TLS",
            code=ErrorCode.INVALID_URL,
        )


def _agent(values: _Values) -> str:
    """Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html"""
    app_id = values.text("AWS_SDK_UA_APP_ID")
    if not re.fullmatch(r"[0-9A-Za-z!$%&*+.^_`|~'#-]{0,50}", app_id):
        why = "it has to be at most 50 letters, digits and characters of !$%&*+-.^_`|~'#"
        raise _invalid("AWS_SDK_UA_APP_ID", why)
    return f"trueup app/{app_id}" if app_id else "trueup"


def _connect_timeout_s(values: _Values) -> float:
    mode = values.text("AWS_DEFAULTS_MODE").lower()
    if mode == "auto":
        raise _unsupported("AWS_DEFAULTS_MODE", "auto", "set in-region or standard")
    return _CONNECT_TIMEOUTS_S[values.choice("AWS_DEFAULTS_MODE", tuple(_CONNECT_TIMEOUTS_S))]


def read_max_attempts(options: Options, environ: Mapping[str, str]) -> int | None:
    """The number of attempts of a request, the first included; None if it is not set.

    Raises:
        InvalidCall: the setting is no number; UnsupportedByEngine: another retry mode is set.
    """
    profile = options.profile or _profile_name(environ)
    values = _Values(environ, read_profile(environ, profile))
    mode = values.choice("AWS_RETRY_MODE", ("", "standard", "legacy", "adaptive"))
    if mode in {"legacy", "adaptive"}:
        fix = "set standard, or say by connect(retries=) what is sent again"
        raise _unsupported("AWS_RETRY_MODE", mode, fix)
    text = values.text("AWS_MAX_ATTEMPTS")
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text):
        raise _invalid("AWS_MAX_ATTEMPTS", "it has to be a number from 1 to 999")
    return int(text)


def _refuse(values: _Values) -> None:
    if values.flag("AWS_CSM_ENABLED"):
        raise _unsupported("AWS_CSM_ENABLED", "true", _OTHER_WIRE)
    if values.text("BOTOCORE_EXPERIMENTAL__PLUGINS"):
        raise _unsupported("BOTOCORE_EXPERIMENTAL__PLUGINS", "…", _OTHER_WIRE)
    if values.choice("AWS_ENDPOINT_DISCOVERY_ENABLED", ("auto", "false", "true")) == "true":
        raise _unsupported("AWS_ENDPOINT_DISCOVERY_ENABLED", "true", "set auto")


def _proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """The proxies in the environment. Lower-case names come first, as in urllib and botocore."""
    return {
        scheme: found
        for scheme in ("http", "https", "no")
        if (found := environ.get(f"{scheme}_proxy") or environ.get(f"{scheme.upper()}_PROXY"))
    }


def _invalid(name: str, why: str) -> InvalidCall:
    return InvalidCall(
        f"the value of {name} cannot be used: {why}",
        where=_where(name),
        fix="correct it, or unset it",
        code=ErrorCode.INVALID_OPTION,
    )


def _unsupported(name: str, value: str, fix: str) -> UnsupportedByEngine:
    return UnsupportedByEngine(f"{name}={value} is not supported", where=_where(name), fix=fix)


def _where(name: str) -> Place:
    key = _PROFILE_KEYS[name]
    return Place("dynamodb", note=f"{name}, or {key} in the profile" if key else name)
