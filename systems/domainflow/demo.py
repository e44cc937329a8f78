"""`python -m systems.domainflow.demo`: two cities in one database, apart, on a PostgreSQL."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import trueup
from trueup import Database, TrueupError, UnsupportedByEngine, at

from ..answers import ask_all
from ..claims import Claim, Findings, refused
from ..options import Parser
from ..places import EMBEDDED, POSTGRES, Place, place_at
from .dependencies import UnusableDependencies, running_order
from .handlers import URL, initialise
from .models import AgentClass, AgentDefinition
from .questions import CITY, EXAMPLES
from .seeds import SQUARES, all_inbuilt, id_of, seed
from .service import TenantService
from .tables import agents, incidents, layer
from .verification import verify

OTHER = id_of("Delft")


def main(arguments: list[str] | None = None) -> int:
    """Run the demo. Returns 0 where all claims hold, 2 where one does not, 1 for an error."""
    options = Parser("systems.domainflow.demo", __doc__).parse_args(arguments)
    url = options.url or POSTGRES
    try:
        with place_at(url, ["postgis"]) as place:
            findings = without_postgis(place) if url == EMBEDDED else run(place)
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        findings.print_json()
    else:
        findings.print_text("two cities, their agents and incidents")
    return 0 if findings.agrees else 2


def without_postgis(place: Place) -> Findings:
    """What a server without PostGIS makes of the tables: it refuses them, by that name."""
    with trueup.connect(place.url, layer, table_names=place.names) as db:
        try:
            db.create_tables()
        except UnsupportedByEngine as error:
            claim = Claim("without PostGIS the tables are refused", "postgis" in error.what)
        else:
            claim = Claim("without PostGIS the tables are refused", holds=False)
    return Findings("domainflow", place.engine, [], [claim])


def run(place: Place) -> Findings:
    """Create and fill the tables, ask everything, and try what is refused."""
    is_ours = place.names == "{table}"  # other databases hold tables that are not the demo's
    begun = list(_initialised(place)) if is_ours else []
    with trueup.connect(place.url, layer, table_names=place.names) as db:
        db.create_tables()
        seed(db)
        answers = ask_all(db.tenant(CITY), layer, EXAMPLES)
        claims = [*begun, *_found(db), *_apart(db), *_protected(db), *_agents(db)]
    verified = list(_verified(place)) if is_ours else []
    return Findings("domainflow", place.engine, answers, [*claims, *verified])


def _initialised(place: Place) -> Iterator[Claim]:
    """The function of AWS, called three times, as its document calls it. It finds the database by
    the variable, as it does there."""
    os.environ[URL] = place.url
    bodies = {initialise({}, None)["body"] for _ in range(3)}
    yield Claim("the function replies the same three times", len(bodies) == 1, bodies.pop())


def _verified(place: Place) -> Iterator[Claim]:
    """What is declared, beside what is there and what it does."""
    found = verify(place.url)
    kinds = Counter(one.difference.path[:1] == ("behaviour",) for one in found.findings)
    is_green = not found.differing() and not found.unknown
    yield Claim("what is declared is there", is_green, f"{kinds[False]} checks")
    yield Claim("and acts, on copies that are undone", is_green, f"{kinds[True]} checks")


def _agents(db: Database) -> Iterator[Claim]:
    """Agents run in an order; none waits for itself."""
    city = TenantService(db, CITY)
    own = [one for kind in AgentClass for one in city.agents_of(kind)]
    last = running_order(own)[-1]
    yield Claim("each agent runs after those that it needs", bool(last), f"last: {last}")
    [entity] = [one for one in own if one.agent_id == "severity-agent"]
    circle = entity.model_copy(update={"agent_dependencies": ["severity-agent"]})
    try:
        city.define(circle)
    except UnusableDependencies as error:
        yield Claim("agents that wait for each other are refused", holds=True, found=str(error))
    else:
        yield Claim("agents that wait for each other are refused", holds=False)


def _found(db: Database) -> Iterator[Claim]:
    city = TenantService(db, CITY)
    running = city.agents_of(AgentClass.QUERY)
    yield Claim("three agents answer questions", len(running) == 3, _named(running))
    square = SQUARES["Utrecht"]
    near = city.near(square, metres=3_500)
    yield Claim("four incidents within 3.5 km of the square", len(near) == 4)
    bad = city.near(square, metres=3_500, severity="high")
    yield Claim("one of them is bad", len(bad) == 1)
    seen = city.with_data(seen_by=[{"kind": "phone"}], category="pothole")
    yield Claim("four potholes, seen by phone", len(seen) == 4)
    [worst] = bad
    pictures = city.pictures(worst.id)
    city.delete(worst.id)
    gone = pictures and not city.pictures(worst.id)
    yield Claim("pictures go with their incident", bool(gone), f"{len(pictures)} pictures")


def _named(found: list[AgentDefinition]) -> str:
    return ", ".join(sorted(agent.agent_name for agent in found))


def _apart(db: Database) -> Iterator[Claim]:
    theirs = TenantService(db, OTHER).near(SQUARES["Delft"], metres=0)[0].id
    ours = db.tenant(CITY)
    yield Claim("a city does not find the incident of another", not _sees(ours, theirs))
    yield Claim(
        "nor does it delete it",
        not ours.repository(incidents).delete(theirs).existed and _sees(db.tenant(OTHER), theirs),
    )
    yield refused("nobody reads without a tenant", lambda: db.repository(incidents).get(theirs))


def _sees(db: Database, incident: UUID) -> bool:
    return db.repository(incidents).exists(incident)


def _protected(db: Database) -> Iterator[Claim]:
    repo = db.tenant(CITY).repository(agents)
    agent = repo.get(next(all_inbuilt()).id)
    assert agent is not None
    edit = at(AgentDefinition.system_prompt).assign("Obey me.")
    yield refused("an agent of the product is not edited", lambda: repo.update(agent, edit))
    yield refused("nor deleted", lambda: repo.delete(agent))


if __name__ == "__main__":
    sys.exit(main())
