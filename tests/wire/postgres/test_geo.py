"""Geometries in columns of PostGIS: exact values, distances in metres, indexes that serve them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import trueup
from tests.wire.postgres.live import differences, explained
from trueup import (
    BatchIncomplete,
    Database,
    ErrorCode,
    InvalidCall,
    Layer,
    Model,
    NeedsOperator,
    Relational,
    Table,
    UnsupportedByEngine,
    at,
)
from trueup.engines.connect import find_driver
from trueup.expressions import Condition
from trueup.geo import (
    Geometry,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from trueup.relational import IndexColumn, SqlIndex
from trueup.testing.postgres import drop_tables, running_postgres
from trueup.testing.postgres_programs import embedded_programs
from trueup.testing.suite.harness.refusals import refused

LONDON = Point(longitude=-0.1276, latitude=51.5072)
GREENWICH = Point(longitude=0.0, latitude=51.4769)
HONG_KONG = Point(longitude=114.1694, latitude=22.3193)
KOWLOON = Point(longitude=114.1838, latitude=22.3282)
PLACES = {"London": LONDON, "Greenwich": GREENWICH, "Hong Kong": HONG_KONG, "Kowloon": KOWLOON}


class Site(Model):
    """A place, in a geography and in a geometry."""

    id: str
    location: Point | None = None
    planar: Point | None = None
    shape: Geometry | None = None
    kind: str = "site"


SITES = Table(
    "sites",
    Site,
    partition="id",
    relational=Relational(
        types={"planar": "geometry(Point,4326)"},
        indexes=[
            SqlIndex("sites_location", ["location"], method="gist"),
            SqlIndex("sites_planar", [IndexColumn(expression="planar::geography")], method="gist"),
            SqlIndex("sites_shape", ["shape"], method="gist"),
        ],
    ),
)
CROWDED = f"c{uuid4().hex[:12]}-"
GEO_LAYER = Layer("geo", target="postgres", tables=[SITES])


@pytest.fixture
def geo_prefix(postgis_url: str) -> Iterator[str]:
    made = f"g{uuid4().hex[:12]}-"
    yield made
    drop_tables(postgis_url, made)


@pytest.fixture
def geo_db(postgis_url: str, geo_prefix: str) -> Iterator[Database]:
    with trueup.connect(postgis_url, GEO_LAYER, table_names=f"{geo_prefix}{{table}}") as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def beside(postgis_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect("", autocommit=True, **_parameters(postgis_url)) as connection:
        yield connection


def _parameters(url: str) -> dict[str, Any]:
    return dict(find_driver(url)[1].parameters)


@pytest.fixture
def placed(geo_db: Database) -> Database:
    repo = geo_db.repository(SITES)
    repo.put_many([Site(id=name, location=place, planar=place) for name, place in PLACES.items()])
    repo.put(Site(id="nowhere"))
    return geo_db


def found(db: Database, condition: Condition, **options: Any) -> list[str]:
    """The sites that pass a filter."""
    return sorted(site.id for site in db.repository(SITES).scan(filter=condition, **options))


@pytest.mark.case("P59")
@pytest.mark.parametrize("path", [Site.location, Site.planar], ids=["geography", "geometry"])
def test_distances_are_metres(placed: Database, path: Point | None) -> None:
    """Also of a column of degrees: 114 of them lie between London and Hong Kong."""
    near = at(path).within(HONG_KONG, metres=5_000)
    assert found(placed, near) == ["Hong Kong", "Kowloon"]
    assert found(placed, at(path).within(LONDON, metres=10_000)) == ["Greenwich", "London"]
    assert found(placed, near & (Site.id == "Kowloon")) == ["Kowloon"]
    assert found(placed, near & at(Site.kind).contains("it"), page_size=1) == [
        "Hong Kong",
        "Kowloon",
    ]
    assert found(placed, near | (Site.id == "nowhere")) == ["Hong Kong", "Kowloon", "nowhere"]
    assert found(placed, ~near & (Site.kind == "site")) == [
        "Greenwich",
        "London",
        "nowhere",
    ]


def test_geometries_intersect(placed: Database) -> None:
    sites = placed.repository(SITES)
    square = Polygon(coordinates=(((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)),))
    line = LineString(coordinates=((-5, 5), (5, 5)))
    sites.put(Site(id="square", shape=square))
    sites.put(Site(id="line", shape=line))
    assert found(placed, at(Site.shape).intersects(line)) == ["line", "square"]
    assert found(placed, at(Site.shape).intersects(Point(longitude=9, latitude=1))) == ["square"]
    assert found(placed, at(Site.shape) == square) == ["square"]
    assert found(placed, at(Site.planar).intersects(LONDON)) == ["London"]
    around = Polygon(coordinates=(((114, 22), (115, 22), (115, 23), (114, 23), (114, 22)),))
    assert found(placed, at(Site.location).intersects(around)) == ["Hong Kong", "Kowloon"]


def test_created_columns_are_as_declared(
    geo_db: Database, postgis_url: str, geo_prefix: str
) -> None:
    assert geo_db is not None
    assert differences(postgis_url, GEO_LAYER, f"{geo_prefix}{{table}}") == []


# Numbers of an item have a smallest magnitude; -0 is 0.
AWAY_FROM_ZERO = 1e-100
LONGITUDES = st.floats(-180, 180).filter(lambda x: x == 0 or abs(x) > AWAY_FROM_ZERO)
LATITUDES = st.floats(-90, 90).filter(lambda y: y == 0 or abs(y) > AWAY_FROM_ZERO)
POSITIONS = st.tuples(LONGITUDES, LATITUDES)
LINES = st.lists(POSITIONS, min_size=2, max_size=4)
RINGS = st.lists(POSITIONS, min_size=3, max_size=5).map(lambda ring: [*ring, ring[0]])
RINGS_OF_ONE = st.lists(RINGS, min_size=1, max_size=2)
POINTS = st.builds(Point, longitude=LONGITUDES, latitude=LATITUDES)
SHAPES = st.one_of(
    POINTS,
    st.builds(LineString, coordinates=LINES),
    st.builds(Polygon, coordinates=RINGS_OF_ONE),
    st.builds(MultiPoint, coordinates=st.lists(POSITIONS, min_size=1, max_size=3)),
    st.builds(MultiLineString, coordinates=st.lists(LINES, min_size=1, max_size=2)),
    st.builds(MultiPolygon, coordinates=st.lists(RINGS_OF_ONE, min_size=1, max_size=2)),
)


def test_coordinates_are_read_back_exactly(geo_db: Database) -> None:
    """Every double, and every kind of geometry; also through the text of a JSON column."""
    sites = geo_db.repository(SITES)

    @settings(max_examples=60)
    @given(POINTS, SHAPES)
    def kept(point: Point, shape: Geometry) -> None:
        one, other, copied = (
            Site(id=name, location=point, planar=point, shape=shape) for name in ("a", "b", "c")
        )
        sites.put(one)
        sites.put_many([other, Site(id="d")])
        sites.delete("c")
        with geo_db.session() as session:
            session.copy_in(SITES, [copied])
        assert sites.get_many(["a", "b", "c"]) == [one, other, copied]
        assert copied in list(geo_db.copy_out(SITES))

    kept()


@pytest.mark.parametrize(
    ("longitude", "latitude"), [(200, 0), (-180.5, 0), (0, 90.5), (0, -91), (0, 180)]
)
def test_coordinates_beyond_the_poles_are_refused(
    placed: Database, longitude: float, latitude: float
) -> None:
    """The server would move them to the other side of the earth."""
    beyond: Any = {"longitude": longitude, "latitude": latitude}
    sites = placed.repository(SITES)
    with refused(UnsupportedByEngine):
        sites.nearest(at(Site.location), beyond, limit=1)
    with refused(UnsupportedByEngine):
        found(placed, at(Site.location).within(beyond, metres=1))


def test_coordinates_are_checked_before_they_are_sent() -> None:
    for wrong in (
        lambda: Point(longitude=180.1, latitude=0),
        lambda: Point(longitude=0, latitude=float("nan")),
        lambda: LineString(coordinates=((0, 0),)),
        lambda: Polygon(coordinates=(((0, 0), (1, 0), (1, 1), (0, 1)),)),
        lambda: MultiPolygon(coordinates=()),
    ):
        with pytest.raises(ValidationError):
            wrong()


@pytest.mark.parametrize(
    "condition",
    [
        at(Site.location).within(LONDON, metres=1) | at(Site.kind).contains("it"),
        ~(at(Site.shape).intersects(LONDON) & at(Site.kind).contains("it")),
    ],
    ids=["or", "not"],
)
def test_what_postgis_cannot_decide_is_refused(placed: Database, condition: Condition) -> None:
    with refused(UnsupportedByEngine):
        list(placed.repository(SITES).scan(filter=condition))


def test_distance_is_no_condition_of_a_write(placed: Database) -> None:
    """A write decides on the item that it has locked."""
    sites = placed.repository(SITES)
    near = at(Site.location).within(LONDON, metres=1)
    seen: list[str] = []
    placed.subscribe(lambda event: seen.append(type(event).__name__))
    with refused(UnsupportedByEngine):
        sites.delete("London", only_if=near)
    with refused(UnsupportedByEngine):
        sites.put(Site(id="London"), only_if=~near & at(Site.kind).exists())
    with refused(UnsupportedByEngine), placed.transaction() as tx:
        tx.check(SITES, "London", near)
    assert seen == []
    assert sites.get("London") is not None


@pytest.mark.parametrize("metres", [-1, float("nan"), float("inf"), 10**400, True, "5"])
def test_distances_are_numbers_from_zero(placed: Database, metres: Any) -> None:
    near = at(Site.location).within(LONDON, metres=metres)
    with refused(InvalidCall):
        list(placed.repository(SITES).scan(filter=near))


def test_geometry_of_another_program_that_no_model_has_is_named(
    placed: Database, beside: psycopg.Connection[Any], geo_prefix: str
) -> None:
    curve = "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 4326)::geography"
    table = f'"{geo_prefix}sites"'
    beside.execute(f"UPDATE {table} SET shape = {curve} WHERE id = 'London'".encode())
    with refused(NeedsOperator):
        placed.repository(SITES).get("London")


@pytest.mark.server
def test_server_without_postgis_is_named() -> None:
    """The PostgreSQL that pip installs has no PostGIS."""
    with (
        running_postgres(programs=embedded_programs(16)) as server,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("PGPASSWORD", server.password)
        with trueup.connect(server.url, GEO_LAYER) as db, refused(UnsupportedByEngine) as refusal:
            db.create_tables()
    assert refusal.says("postgis")


@pytest.fixture(scope="module")
def crowded(postgis_url: str) -> Iterator[Database]:
    """100,000 sites all over the earth, under their own names."""
    with trueup.connect(postgis_url, GEO_LAYER, table_names=f"{CROWDED}{{table}}") as opened:
        opened.create_tables()
        _crowd(postgis_url)
        yield opened
    drop_tables(postgis_url, CROWDED)


def _crowd(url: str) -> None:
    places = "ST_MakePoint(random() * 360 - 180, random() * 180 - 90), 4326)"
    with psycopg.connect("", autocommit=True, **_parameters(url)) as connection:
        connection.execute(
            f"""INSERT INTO "{CROWDED}sites" (id, location, planar, kind)
            SELECT n::text, ST_SetSRID({places}::geography, ST_SetSRID({places}, 'site'
            FROM generate_series(1, 100000) AS n""".encode()
        )
        connection.execute(f'ANALYZE "{CROWDED}sites"'.encode())


@pytest.mark.case("P59")
def test_distances_are_served_by_an_index(
    crowded: Database, beside: psycopg.Connection[Any]
) -> None:
    sites = crowded.repository(SITES)
    for path, index in ((Site.location, "sites_location"), (Site.planar, "sites_planar")):
        near = at(path).within(LONDON, metres=50_000)
        plan = explained(beside, sites.requests.scan(filter=near).payload)
        assert index in plan
    request = sites.requests.nearest(at(Site.location), LONDON, limit=10)
    plan = explained(beside, request.payload)
    assert plan.count("sites_location") == 2
    assert "Seq Scan" not in plan


def test_nearest_are_ordered_on_the_spheroid(
    crowded: Database, beside: psycopg.Connection[Any]
) -> None:
    """As a scan that compares all distances orders them."""
    sites = crowded.repository(SITES)
    for place in PLACES.values():
        found = sites.nearest(at(Site.location), place, limit=20, filter=Site.kind == "site")
        ordered = beside.execute(
            f"""SELECT id, metres FROM (SELECT id, ST_Distance(location,
            ST_MakePoint(%s, %s)::geography) AS metres FROM "{CROWDED}sites") AS s
            ORDER BY metres, id LIMIT 20""".encode(),
            (place.longitude, place.latitude),
        ).fetchall()
        assert [(one.item.id, one.metres) for one in found] == ordered


def test_nearest_of_few(placed: Database) -> None:
    sites = placed.repository(SITES)
    names = ["Hong Kong", "Kowloon", "Greenwich", "London"]
    for path in (at(Site.location), at(Site.planar)):
        found = sites.nearest(path, HONG_KONG, limit=10)
        assert [one.item.id for one in found] == names
        assert found[0].metres == 0
        assert 1_700 < found[1].metres < 1_800
    some = sites.nearest(at(Site.location), HONG_KONG, limit=1, filter=Site.id != "Hong Kong")
    assert [one.item.id for one in some] == ["Kowloon"]
    with refused(UnsupportedByEngine):
        sites.nearest(at(Site.location), LONDON, limit=1, filter=at(Site.kind).contains("i"))
    with refused(UnsupportedByEngine):
        sites.nearest(at(Site.kind), LONDON, limit=1)
    with refused(ErrorCode.INVALID_OPTION):
        sites.nearest(at(Site.location), LONDON, limit=0)


async def _asked_by_asyncio(url: str, names: str) -> list[float]:
    async with trueup.connect_async(url, GEO_LAYER, table_names=names) as db:
        found = await db.repository(SITES).nearest(at(Site.location), LONDON, limit=2)
        return [one.metres for one in found]


def test_nearest_with_asyncio(placed: Database, postgis_url: str, geo_prefix: str) -> None:
    found = placed.repository(SITES).nearest(at(Site.location), LONDON, limit=2)
    asked = asyncio.run(_asked_by_asyncio(postgis_url, f"{geo_prefix}{{table}}"))
    assert asked == [one.metres for one in found]


SPOTS = Table("spots", Site, partition="id")


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://eu-west-1"])
def test_other_engines_refuse_distances_by_name(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    with trueup.connect(url, Layer("spots", target="dynamodb", tables=[SPOTS])) as db:
        sites = db.repository(SPOTS)
        with refused(UnsupportedByEngine) as refusal:
            sites.scan(filter=at(Site.location).within(LONDON, metres=1)).all()
        assert refusal.says("Within")
        with refused(UnsupportedByEngine) as refusal:
            sites.nearest(at(Site.location), LONDON, limit=1)
        assert refusal.says("distance")


def test_geometries_are_plain_maps_on_other_engines() -> None:
    with trueup.connect("sqlite://", Layer("spots", target="sqlite", tables=[SPOTS])) as db:
        db.create_tables()
        shape = LineString(coordinates=((0.1, 0.2), (1e-7, 4)))
        site = Site(id="a", location=LONDON, shape=shape)
        db.repository(SPOTS).put(site)
        assert db.repository(SPOTS).get("a") == site
        assert len(db.repository(SPOTS).scan(filter=Site.location == LONDON).all()) == 1


class Visit(Model):
    """A place of a tenant."""

    tenant_id: str
    id: str
    location: Point


VISITS = Table(
    "visits",
    Visit,
    partition="tenant_id",
    sort="id",
    relational=Relational(
        tenant="tenant_id",
        indexes=[SqlIndex("visits_location", ["location"], method="gist")],
    ),
)


def test_places_of_other_tenants_are_far_away(postgis_url: str, geo_prefix: str) -> None:
    layer = Layer("visits", target="postgres", tables=[VISITS])
    with trueup.connect(postgis_url, layer, table_names=f"{geo_prefix}{{table}}") as db:
        db.create_tables()
        for tenant, place in (("a", LONDON), ("b", GREENWICH)):
            visits = db.tenant(tenant).repository(VISITS)
            visits.put(Visit(tenant_id=tenant, id="1", location=place))
        visits = db.tenant("a").repository(VISITS)
        near = at(Visit.location).within(GREENWICH, metres=50_000)
        assert [one.tenant_id for one in visits.scan(filter=near)] == ["a"]
        found = visits.nearest(at(Visit.location), GREENWICH, limit=5)
        assert [one.item.tenant_id for one in found] == ["a"]
        with refused(ErrorCode.TENANT_REQUIRED):
            db.repository(VISITS).nearest(at(Visit.location), GREENWICH, limit=5)


class Named(Model):
    """What a SELECT of one's own reads."""

    id: str
    location: Point | None = None
    shape: Geometry | None = None


def test_sql_of_ones_own_reads_and_writes_places(geo_db: Database, geo_prefix: str) -> None:
    """As the guide says."""
    shape = LineString(coordinates=((0.125, 1), (2, 3)))
    geo_db.repository(SITES).put(Site(id="a", shape=shape))
    table = f'"{geo_prefix}sites"'
    placing = "ST_Point(:longitude, :latitude, 4326)::geography"
    geo_db.execute(f"UPDATE {table} SET location = {placing}", longitude=1.5, latitude=2.5)
    [found] = geo_db.fetch(
        Named,
        f"""SELECT id, jsonb_build_object('longitude', ST_X(location::geometry),
        'latitude', ST_Y(location::geometry)) AS location,
        ST_AsGeoJSON(shape, 15)::jsonb AS shape FROM {table}""",
    )
    assert found == Named(id="a", location=Point(longitude=1.5, latitude=2.5), shape=shape)


@pytest.mark.case("P59")
def test_geometry_that_postgis_refuses_fails_alone(geo_db: Database) -> None:
    world = Polygon(coordinates=(((-180, -90), (180, -90), (180, 90), (-180, 90), (-180, -90)),))
    sites = geo_db.repository(SITES)
    with pytest.raises(BatchIncomplete) as incomplete:
        sites.put_many([Site(id="a"), Site(id="world", shape=world), Site(id="b")])
    [failure] = incomplete.value.result.failures
    assert failure.position == 1
    assert isinstance(failure.error, InvalidCall)
    assert sorted(site.id for site in sites.scan()) == ["a", "b"]
    with refused(ErrorCode.INVALID_VALUE):
        sites.put(Site(id="world", shape=world))


def test_places_of_a_tables_own_model_are_read_and_given_as_they_are(
    geo_db: Database, geo_prefix: str
) -> None:
    table = f'"{geo_prefix}sites"'
    area = Polygon(coordinates=(((0.1, 51), (1, 51), (1, 52), (0.1, 51)),))
    many = MultiPoint(coordinates=((0.1, 51), (1, 51)))
    shapes: list[Geometry] = [area, many, LONDON]
    for number, shape in enumerate(shapes):
        site = Site(id=str(number), location=LONDON, planar=LONDON, shape=shape)
        geo_db.execute(
            f"INSERT INTO {table} (id, location, planar, shape, kind)"
            " VALUES (:id, :location, :planar, :shape, :kind)",
            **dict(site),
        )
        assert geo_db.repository(SITES).get(str(number)) == site
        near = f"SELECT * FROM {table} WHERE st_dwithin(location, :near, 10000) AND id = :id"
        assert geo_db.fetch(Site, near, near=GREENWICH, id=str(number)) == [site]
        assert geo_db.fetch(Site, near, near=HONG_KONG, id=str(number)) == []
    streamed = geo_db.stream(Site, f"SELECT * FROM {table} ORDER BY id", batch=2)
    assert [site.shape for site in streamed] == shapes
    empty = geo_db.fetch_one(Named, f"SELECT id, location FROM {table} WHERE FALSE")
    assert empty is None
    with refused(ErrorCode.UNREADABLE_ITEM) as refusal:
        geo_db.fetch(Named, "SELECT 'x' AS id, ST_SetSRID(ST_Point(1, 2), 3857) AS location")
    assert refusal.says("location (unreadable)")
