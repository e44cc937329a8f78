"""The REST API of a layer: its functions answer it, and usage plans say who may call it.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY

from ...._dataclass import dataclass
from ...._kinds import field_misfits
from ..functions import Function, Route
from .plans import NAME, UsagePlan, plans_problems, throttle_problems

_STAGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PART = re.compile(r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9._-]+\}")
_REST = re.compile(r"\{[A-Za-z0-9._-]+\+\}")
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653)
"""Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

LONGEST_ANSWER_S = 29
"""That API Gateway waits for an integration, of an account that has not asked for more.
Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"""


@dataclass(frozen=True, slots=True)
class RestApi:
    """A REST API. Its methods are the routes of the layer's functions.

    stage: the first part of the paths of its URLs.
    plans: of the clients that call what needs an API key.
    rate, burst: requests per second, and at once, of all clients together; the account's if None.
    authorizer: the name of a function that says who a caller is, from the header Authorization,
        in addition to the key: API keys are not meant as the only proof.
    log_days: how long the log of its calls is kept. traced: whether AWS X-Ray follows calls.
    account_logs: whether the stack also has what lets the APIs of an account and region write logs;
        of all stacks there, one.
    """

    name: str
    _: KW_ONLY
    stage: str = "live"
    description: str = ""
    plans: Sequence[UsagePlan] = ()
    rate: float | None = None
    burst: int | None = None
    authorizer: str = ""
    log_days: int = 365
    traced: bool = True
    account_logs: bool = False

    def problems(self, functions: Sequence[Function]) -> Iterator[str]:
        """What is wrong in the declaration. functions: those of the layer."""
        kinds = list(field_misfits(self))
        yield from (f"API {self.name!r}: {one}" for one in kinds or self._problems(functions))

    def _problems(self, functions: Sequence[Function]) -> Iterator[str]:
        routes = [route for function in functions for route in function.routes]
        if not NAME.fullmatch(self.name):
            yield f"the name {self.name!r} is not a letter and up to 63 letters, digits, - and _"
        if not _STAGE.fullmatch(self.stage):
            yield f"stage={self.stage!r} is not 1 to 128 letters, digits, - and _"
        if self.log_days not in LOG_DAYS:
            yield f"log_days={self.log_days} is not one of {', '.join(map(str, LOG_DAYS))}"
        if self.authorizer and self.authorizer not in [function.name for function in functions]:
            yield f"authorizer={self.authorizer!r} is not a function of the layer"
        if not routes:
            yield "no function has a route; give one of them route=Route(...)"
        yield from throttle_problems(self.rate, self.burst)
        yield from plans_problems(self.plans)
        if any(route.key for route in routes) and not any(plan.clients for plan in self.plans):
            yield "routes need an API key, and no plan has clients; a key without a plan is refused"


def route_problems(functions: Sequence[Function]) -> Iterator[tuple[Function, str]]:
    """What is wrong in routes, each and beside the others, and of which function."""
    answered: dict[tuple[str, str], Function] = {}
    parameters: dict[str, str] = {}
    for function in functions:
        if function.routes and function.timeout_s > LONGEST_ANSWER_S:
            yield (
                function,
                f"timeout_s={function.timeout_s} is more than the {LONGEST_ANSWER_S} seconds that "
                "API Gateway waits for a route; let a function without one do what takes longer",
            )
        for route in function.routes:
            said = f"route {route.method} {route.path}"
            problems = list(field_misfits(route)) or [
                *_route_problems(route),
                *_path_problems(route.path, parameters),
            ]
            yield from ((function, f"{said}: {problem}") for problem in problems)
            other = answered.setdefault((route.method, route.path), function)
            if other is not function:
                yield function, f"{said} is already that of the function {other.name!r}"


def _route_problems(route: Route) -> Iterator[str]:
    yield from throttle_problems(route.rate, route.burst)
    if route.rate is not None and not route.key:
        yield "rate= is of a client, whom only a key names"
    *before, last = route.path[1:].split("/")
    if not route.path.startswith("/"):
        yield "the path does not begin with /"
    elif route.path != "/" and not (
        all(map(_PART.fullmatch, before)) and (_PART.fullmatch(last) or _REST.fullmatch(last))
    ):
        yield "the path is not of words, {names} and a {name+} at the end: /jobs/{id}"


def _path_problems(path: str, parameters: dict[str, str]) -> Iterator[str]:
    """A part of paths has one name. parameters: the names by what stands before them."""
    before = ""
    for part in path.split("/")[1:]:
        if part.startswith("{"):
            known = parameters.setdefault(before, part)
            if known != part:
                yield f"{part} is called {known} in another path"
        before += f"/{part}"
