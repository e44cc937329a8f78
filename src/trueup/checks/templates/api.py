"""Rules of REST APIs with keys and plans.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from __future__ import annotations

from collections.abc import Iterator

from ...schema.severity import Severity
from ..rule import Rule
from .check import Found, TemplateCheck
from .links import Links
from .part import Part

API = "AWS::ApiGateway::RestApi"
METHOD = "AWS::ApiGateway::Method"
SAM_API = "AWS::Serverless::Api"
KEY = "AWS::ApiGateway::ApiKey"
PLAN = "AWS::ApiGateway::UsagePlan"
PLAN_KEY = "AWS::ApiGateway::UsagePlanKey"
_PLANS = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"
)

NO_PLAN = Rule(
    "T601",
    Severity.HIGH,
    "A method needs a key, and no plan gives one",
    "Every call is answered with 403.",
    "add a UsagePlan with the API's stage, an ApiKey and a UsagePlanKey that joins them",
    _PLANS,
)
NO_THROTTLE = Rule(
    "T602",
    Severity.MEDIUM,
    "A usage plan has no rate",
    "A client may use up the account's requests, for all APIs.",
    "write Throttle: {RateLimit: ..., BurstLimit: ...}",
    _PLANS,
)
KEY_VALUE = Rule(
    "T603",
    Severity.CRITICAL,
    "The value of an API key stands in the template",
    "Whoever reads the template has the key, and a new one needs a deployment.",
    "leave Value out: API Gateway makes one up",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html",
)
NO_STAGE = Rule(
    "T604",
    Severity.HIGH,
    "A usage plan is of no API's stage",
    "It limits nothing, and its keys open nothing.",
    "write ApiStages: [{ApiId: ..., Stage: ...}]",
    _PLANS,
)
LONELY_KEY = Rule(
    "T605",
    Severity.MEDIUM,
    "An API key is in no usage plan",
    "Calls with it are answered with 403.",
    "add a UsagePlanKey",
    _PLANS,
)


def no_plan(method: Part, links: Links) -> Iterator[Found]:
    """Methods whose API has no plan with a key."""
    if not method["ApiKeyRequired"].flag():
        return
    plans = [one for one in links.of_type(PLAN) if _is_of(one, method["RestApiId"], links)]
    for joined in links.of_type(PLAN_KEY):
        named = links.named(joined["UsagePlanId"], PLAN)
        if named is None and joined["UsagePlanId"].is_unknown:
            joined["UsagePlanId"].known()
        if named is not None and any(named.resource is one.resource for one in plans):
            return
    lack = "no plan of its API has a key" if plans else "its API has no usage plan"
    yield method["ApiKeyRequired"], lack


def no_plan_of_sam(api: Part, links: Links) -> Iterator[Found]:
    """APIs of SAM that need a key, and have no plan made, nor one that names them."""
    auth = api["Auth"]
    if not auth["ApiKeyRequired"].flag():
        return
    if auth["UsagePlan"]["CreateUsagePlan"].text() in ("PER_API", "SHARED"):
        return
    for plan in links.of_type(PLAN):
        for stage in plan["ApiStages"]:
            named = links.named(stage["ApiId"], SAM_API)
            if named is not None and named.resource is api.resource:
                return
    yield auth["ApiKeyRequired"], "SAM makes no usage plan for it"


def _is_of(plan: Part, api: Part, links: Links) -> bool:
    """Whether a plan has a stage of an API."""
    wanted = links.named(api, API)
    for stage in plan["ApiStages"]:
        named = links.named(stage["ApiId"], API)
        if wanted and named and named.resource is wanted.resource:
            return True
        if api.is_there and stage["ApiId"].value == api.value:
            return True
    return False


def no_throttle(plan: Part, _: Links) -> Iterator[Found]:
    """Plans without a rate, of their own or of methods."""
    parts = [plan, *plan["ApiStages"]]
    if not any(part["Throttle"].is_there for part in parts):
        yield plan, "it limits no rate"


def key_value(key: Part, _: Links) -> Iterator[Found]:
    """Keys with a plain value."""
    if not key["Value"].is_unknown and key["Value"].text():
        yield key["Value"], "its value is in the template"


def no_stage(plan: Part, _: Links) -> Iterator[Found]:
    """Plans of nothing."""
    if not list(plan["ApiStages"]):
        yield plan, "it is of no stage"


def lonely_key(key: Part, links: Links) -> Iterator[Found]:
    """Keys that nothing joins to a plan."""
    for joined in links.of_type(PLAN_KEY):
        named = links.named(joined["KeyId"], KEY)
        if named is not None and named.resource is key.resource:
            return
    yield key, "no UsagePlanKey names it"


CHECKS = (
    TemplateCheck(NO_PLAN, (METHOD,), no_plan),
    TemplateCheck(NO_PLAN, (SAM_API,), no_plan_of_sam),
    TemplateCheck(NO_THROTTLE, (PLAN,), no_throttle),
    TemplateCheck(KEY_VALUE, (KEY,), key_value),
    TemplateCheck(NO_STAGE, (PLAN,), no_stage),
    TemplateCheck(LONELY_KEY, (KEY,), lonely_key),
)
