"""Every AWS setting that a program could rely on, with its treatment: none is silently ignored.

`docs/guides/dynamodb_settings.md` shows this table; a test compares the two, and another test
finds settings that botocore reads and this table lacks.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
and BOTOCORE_DEFAUT_SESSION_VARIABLES in
https://github.com/boto/botocore/blob/develop/botocore/configprovider.py
"""

from __future__ import annotations

from enum import Enum

from ....._dataclass import dataclass


class Treatment(Enum):
    """The treatment of a setting; the guide explains each."""

    HONOURED = "honoured"
    BY_BOTOCORE = "by botocore"
    REFUSED = "refused"
    WITHOUT_EFFECT = "no effect"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting. profile_key: its name in ~/.aws/config, if it has any."""

    name: str
    treatment: Treatment
    why: str
    profile_key: str = ""


def _honoured(name: str, profile_key: str, why: str) -> Setting:
    return Setting(name, Treatment.HONOURED, why, profile_key)


def _refused(name: str, profile_key: str, why: str) -> Setting:
    return Setting(name, Treatment.REFUSED, why, profile_key)


def _by_botocore(why: str, *names: str) -> tuple[Setting, ...]:
    return tuple(Setting(name, Treatment.BY_BOTOCORE, why) for name in names)


def _without_effect(why: str, *names: str) -> tuple[Setting, ...]:
    return tuple(Setting(name, Treatment.WITHOUT_EFFECT, why) for name in names)


SETTINGS: tuple[Setting, ...] = (
    # who and where
    _honoured("AWS_ACCESS_KEY_ID", "aws_access_key_id", "with it, botocore is not imported"),
    _honoured("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", "required with the key"),
    _honoured("AWS_SESSION_TOKEN", "aws_session_token", "sent and signed"),
    _honoured("AWS_SECURITY_TOKEN", "aws_security_token", "the old name of AWS_SESSION_TOKEN"),
    _honoured(
        "AWS_CREDENTIAL_EXPIRATION", "", "makes botocore watch the environment's credentials"
    ),
    _honoured("AWS_ACCOUNT_ID", "aws_account_id", "part of the endpoint's name"),
    _honoured("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode", "as in botocore"),
    _honoured("AWS_REGION", "region", "before AWS_DEFAULT_REGION"),
    _honoured("AWS_DEFAULT_REGION", "region", "after AWS_REGION, before the profile"),
    _honoured("AWS_PROFILE", "", "refused where AWS_DEFAULT_PROFILE names another one"),
    _honoured("AWS_DEFAULT_PROFILE", "", "refused where AWS_PROFILE names another one"),
    _honoured("AWS_CONFIG_FILE", "", "default ~/.aws/config"),
    _honoured("AWS_SHARED_CREDENTIALS_FILE", "", "default ~/.aws/credentials"),
    # endpoints
    _honoured(
        "AWS_ENDPOINT_URL_DYNAMODB",
        "services",
        "https, or http on this machine; before AWS_ENDPOINT_URL",
    ),
    _honoured("AWS_ENDPOINT_URL", "endpoint_url", "https, or http on this machine"),
    _honoured(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
        "leaves the option endpoint_url",
    ),
    _honoured("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "by botocore's endpoint rules"),
    _honoured("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "by botocore's rules"),
    _refused(
        "AWS_ENDPOINT_DISCOVERY_ENABLED",
        "endpoint_discovery_enabled",
        "true is refused: DynamoDB does not need it, and each request would wait for it",
    ),
    # connections
    _honoured("AWS_CA_BUNDLE", "ca_bundle", "replaces the system's certificate authorities"),
    _honoured("REQUESTS_CA_BUNDLE", "", "after AWS_CA_BUNDLE"),
    _honoured("SSL_CERT_FILE", "", "by OpenSSL"),
    _honoured("SSL_CERT_DIR", "", "by OpenSSL"),
    Setting(
        "BOTOCORE_TCP_KEEPALIVE",
        Treatment.WITHOUT_EFFECT,
        "keep-alive of TCP is always on",
        "tcp_keepalive",
    ),
    _honoured(
        "AWS_DEFAULTS_MODE",
        "defaults_mode",
        "gives the time to connect; auto is refused, because it asks the metadata service",
    ),
    _refused("HTTPS_PROXY", "", "this wire speaks to no proxy; the botocore wire does"),
    _refused("HTTP_PROXY", "", "as HTTPS_PROXY, for endpoints that are http"),
    _honoured("NO_PROXY", "", "endpoints that it names are reached without a proxy"),
    *_without_effect("botocore does not read it either", "ALL_PROXY"),
    # attempts
    _honoured(
        "AWS_MAX_ATTEMPTS",
        "max_attempts",
        "attempts, the first included; retries= of connect() comes before it",
    ),
    _honoured(
        "AWS_RETRY_MODE",
        "retry_mode",
        "standard is what we do; others are refused, unless connect() has retries=",
    ),
    _refused(
        "BOTOCORE_EXPERIMENTAL__PLUGINS", "", "plugins hook into botocore; use the botocore wire"
    ),
    *_without_effect("chooses between botocore's own retries", "AWS_NEW_RETRIES_2026"),
    # what requests say about us
    _honoured("AWS_SDK_UA_APP_ID", "sdk_ua_app_id", "part of User-Agent"),
    _refused("AWS_CSM_ENABLED", "csm_enabled", "true is refused: we send no monitoring packets"),
    *_without_effect("only with AWS_CSM_ENABLED", "AWS_CSM_HOST", "AWS_CSM_PORT"),
    *_without_effect("only with AWS_CSM_ENABLED", "AWS_CSM_CLIENT_ID"),
    # where botocore looks for credentials
    *_by_botocore(
        "role by token file",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
    ),
    *_by_botocore("which STS is asked", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_ENDPOINT_URL_STS"),
    *_by_botocore("single sign-on", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"),
    *_by_botocore("login sessions", "AWS_LOGIN_CACHE_DIRECTORY", "AWS_ENDPOINT_URL_SIGNIN"),
    *_by_botocore(
        "containers: ECS, EKS",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ),
    *_by_botocore(
        "the metadata service of EC2",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "AWS_EC2_METADATA_V1_DISABLED",
        "AWS_IMDS_USE_IPV6",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "AWS_METADATA_SERVICE_TIMEOUT",
    ),
    *_by_botocore("old files of credentials", "AWS_CREDENTIAL_FILE", "BOTO_CONFIG"),
    *_by_botocore("more endpoint rules", "AWS_DATA_PATH"),
    # about other services, or about what DynamoDB does not have
    *_without_effect(
        "about Amazon S3",
        "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        "AWS_S3_USE_ARN_REGION",
    ),
    *_without_effect(
        "DynamoDB takes no compressed requests",
        "AWS_DISABLE_REQUEST_COMPRESSION",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    ),
    *_without_effect(
        "DynamoDB has its own checksum, which is always checked",
        "AWS_REQUEST_CHECKSUM_CALCULATION",
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
    ),
    *_without_effect(
        "DynamoDB takes SigV4 only", "AWS_AUTH_SCHEME_PREFERENCE", "AWS_SIGV4A_SIGNING_REGION_SET"
    ),
    *_without_effect(
        "about code inside botocore",
        "BOTO_DISABLE_CRT",
        "BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER",
        "BOTO_EXPERIMENTAL__NO_EMPTY_CONTINUE",
    ),
    *_without_effect("no operation has a host prefix", "AWS_DISABLE_HOST_PREFIX_INJECTION"),
    *_without_effect(
        "names the platform; Lambda's loop detection does not include DynamoDB",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "_X_AMZN_TRACE_ID",
    ),
)
