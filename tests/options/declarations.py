"""Declarations with and without an option, and what each changes or why it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

from tests.options.alarms import ALARMS
from tests.options.calls import Note, Recorder, layer, notes
from tests.options.documented import Page, asked, documented, page_of_layer, retained, staged
from tests.options.entities import ENTITIES, UNREADABLE
from tests.options.functions import FUNCTIONS
from tests.options.hosting import HOSTING
from tests.options.outputs import OUTPUTS
from tests.options.reads import READS
from tests.options.sessions import (
    conflicting,
    copied_out,
    logged_in,
    run_in_session,
    session,
    streamed,
)
from trueup import (
    ANY_VERSION,
    AccessPattern,
    BatchIncomplete,
    DeadlineExceeded,
    DynamoDB,
    Example,
    ExpiresAt,
    Index,
    Layer,
    Model,
    NotFound,
    Relational,
    RequestEvent,
    RetryPolicy,
    Scaling,
    Seed,
    Table,
    Throttled,
    TrueupError,
    VersionConflict,
    at,
    composed,
    connect,
    expires_in,
    name_from_environment,
    open_database,
)
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.engines.open_tables import open_tables
from trueup.engines.postgres.ddl.statements import create_statements
from trueup.engines.postgres.tables.layout import declared as postgres_schema
from trueup.geo import Point
from trueup.infra import cloudformation, stack_of
from trueup.relational import (
    Check,
    CountUpdates,
    Exclude,
    Grant,
    References,
    SqlComposite,
    SqlDomain,
    SqlIndex,
    SqlObject,
    SqlSequence,
    Unique,
)
from trueup.schema.create import create_tables
from trueup.schema.declared import declared_schema
from trueup.seeds.declaration import seeds_of_stage
from trueup.seeds.plant import plant


class Row(Model):
    """A row of columns."""

    id: str
    title: str = ""
    kind: Literal["a", "b"] = "a"
    number: int | None = None


def columns(*, is_relational: bool = True, **settings: Any) -> list[str]:
    """The SQL that creates a table with these settings."""
    relational = Relational(**settings) if is_relational else None
    rows = Table("rows", Row, partition="id", relational=relational)
    described = Layer("rows", target="postgres", tables=[rows]).describe(rows)
    schema = postgres_schema(described, {"rows": "rows"})
    return [statement.sql for statement in create_statements([schema])]


def former(**settings: Any) -> dict[Any, str]:
    """The names that the parts of a table had before."""
    rows = Table(
        "rows", Row, partition="id", relational=Relational(enums={"kind": "kinds"}, **settings)
    )
    described = Layer("rows", target="postgres", tables=[rows]).describe(rows)
    return dict(postgres_schema(described, {"rows": "rows"}).former)


Effect = Callable[[], Any]
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
UNITS = {"billing": "provisioned", "read_units": 1, "write_units": 2}
SCALING = Scaling(least=1, most=9)
AT_ONCE = RetryPolicy(first_pause_s=0)
WARM = {"warm_read_units_per_second": 2, "warm_write_units_per_second": 2}
KEYED = {"encryption": "customer", "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/a"}


class Special(Note):
    """A kind of note."""

    extra: str = ""


class Plain(Model):
    """An item without an expiry."""

    id: str


class Escaped(Model):
    """Two parts in one text."""

    a: str
    b: str
    pair: str = composed("{a}#{b}", description="both parts")


class Raw(Model):
    """Two parts in one text, which may not hold its separator."""

    a: str
    b: str
    pair: str = composed("{a}#{b}", raw=True)


def note(number: int, *, expires_at_s: int) -> Note:
    """A note that expires at an epoch second."""
    expires_at = datetime.fromtimestamp(expires_at_s, UTC)
    return Note(owner="a", number=number, title="t", expires_at=expires_at)


def table(**options: Any) -> Any:
    """What DynamoDB's table, its description and its items are with some options."""
    return described(Table("T", Note, **{"partition": "owner", "sort": "number", **options}))


def described(one: Table[Any]) -> Any:
    """Everything that follows from a table, or what is said against it."""
    try:
        description = Layer("l", target="dynamodb", tables=[one]).describe(one)
    except TrueupError as error:
        return error.to_dict()["problems"]
    schema = declared(description, description.name)
    kept = (description.on_read, description.discriminator, description.models)
    patterns = {name: str(one) for name, one in description.patterns.items()}
    texts = (description.description, [one.description for one in description.indexes.values()])
    shards = [one.shards for one in description.indexes.values()]
    body = json.dumps(create_body(schema), sort_keys=True)
    return body, schema.facts, schema.ttl, kept, patterns, texts, shards


def index(**options: Any) -> Any:
    """What an index of the table is with some options."""
    return table(indexes=[Index("ByTitle", **{"partition": "title", **options})])


def pattern(**options: Any) -> Any:
    """What a pattern over an index of keys is with some options."""
    narrow = Index("ByTitle", partition="title", sort="number", projection="keys")
    return table(indexes=[narrow], patterns=[AccessPattern("p", **options)])


def deployed(**options: Any) -> Any:
    """What a template makes of a table on DynamoDB with some settings."""
    one = Table("T", Plain, partition="id", dynamodb=DynamoDB(**options))
    return cloudformation(stack_of(Layer("l", target="dynamodb", tables=[one]), {"T": "Tab"}))


def dynamodb(**options: Any) -> Any:
    """What the settings are on DynamoDB with some options."""
    return table(dynamodb=DynamoDB(**options))


def statements(**options: Any) -> list[str]:
    """The SQL that makes the tables, given options of `connect()`."""
    with connect("sqlite://", layer, **options) as db:
        return [one.sql for one in db.requests.create_tables().payload.statements]


def physical(name: Any) -> dict[str, str]:
    """What the table is called."""
    one = Table("T", Plain, partition="id", physical=name)
    return Layer("l", target="sqlite", tables=[one]).physical_names({"NAME": "given"})


def renamed(former: str) -> str:
    """The name that a plan looks for before it creates the table."""
    one = Table("T", Plain, partition="id", renamed_from=former)
    return declared_schema(
        Layer("l", target="sqlite", tables=[one]).describe(one), "T"
    ).renamed_from


def seen(**options: Any) -> Any:
    """What a get and a cursor are in a database opened with some options of `connect()`."""
    with connect("sqlite://", layer, **options) as db:
        return used(db)


def used(db: Any) -> Any:
    """Whether an item that expires at 2,000 is there, and the cursor after it."""
    db.create_tables()
    repo = db.repository(notes)
    for number in (1, 2):
        repo.create(note(number, expires_at_s=2_000))
    results = repo.query("a", include_expired=True)
    results.first()
    return repo.exists("a", 1), results.cursor


def opened(**options: Any) -> Any:
    """The same, for `open_database()`."""
    driver, address = find_driver("sqlite://")
    engine = new_engine(driver, layer, "{table}", None)
    with open_database(engine, driver.open_wire(address, 5.0), layer, **options) as db:
        return used(db)


def unanswered(*, is_connected: bool, **options: Any) -> tuple[int, str]:
    """How many events there are of a call to a port that refuses it, and how it ends."""
    url = "dynamodb://127.0.0.1:1?region=eu-west-1"
    events: list[RequestEvent] = []
    if is_connected:
        db = connect(url, layer, **options)
    else:
        driver, address = find_driver(url)
        engine = new_engine(driver, layer, "{table}", None)
        db = open_database(engine, driver.open_wire(address, 5.0), layer, **options)
    with db:
        db.subscribe(events.append)
        try:
            db.repository(notes).get("a", 1)
        except TrueupError as error:
            return len(events), error.code
    raise AssertionError("somebody listens on port 1")


def pauses(**options: Any) -> list[float]:
    """The longest pauses of a policy, and how often it tries again."""
    policy = RetryPolicy(**options)
    slow = Throttled("slow", fix="wait")
    unsent = DeadlineExceeded("late", fix="wait")
    longest = [policy.pause_s(n, error, lambda: 1.0) for n in (1, 9) for error in (slow, unsent)]
    return [policy.retries, *longest]


def pair_of(model: type[Escaped | Raw]) -> Any:
    """The text of two parts, one of which holds the separator, or the refusal."""
    try:
        return model(a="x#y", b="z").pair
    except (ValueError, TrueupError) as error:
        return type(error)


def stored_by(entity: type[Note] | None) -> Any:
    """Whether a repository of the table, or of one entity, takes an item of the other."""
    one = Table("T", Note, partition="owner", sort="number", entities=[Special, Note])
    with connect("sqlite://", Layer("l", target="sqlite", tables=[one])) as db:
        db.create_tables()
        repo = db.repository(one, entity) if entity else db.repository(one)
        try:
            return repo.put(Note(owner="a", number=1)).existed
        except TrueupError as error:
            return error.code


def deleted(**options: Any) -> Any:
    """Whether a batch deletes an item of version 1."""
    with connect("sqlite://", layer) as db:
        db.create_tables()
        db.repository(notes).create(Note(owner="a", number=1, title="t"))
        try:
            with db.batch() as batch:
                batch.delete(notes, "a", 1, **options)
        except (BatchIncomplete, TrueupError) as error:
            return error.code
        return db.repository(notes).exists("a", 1)


def planted(**options: Any) -> int:
    """How many items a seed changes that are there, and differ."""
    with open_tables("sqlite://", layer) as tables:
        engine, described = tables.open_layer.engine, tables.open_layer.tables
        tables.runner.run(create_tables(engine, described), "create_tables")
        tables.repository(notes).create(Note(owner="a", number=1, title="t"))
        other = Note(owner="a", number=1, title="u")
        return plant(tables, Seed("s", notes, [other], **options)).changed


def sets_of_production(**options: Any) -> int:
    """How many seeds are for a stage."""
    return len(seeds_of_stage([Seed("s", notes, [], **options)], "prod"))


# Option -> what is to be seen with it, and without it.
DECLARATIONS: dict[str, tuple[Effect, Effect]] = {
    **ENTITIES,
    **FUNCTIONS,
    **ALARMS,
    **OUTPUTS,
    **READS,
    **HOSTING,
    "AccessPattern.index": (lambda: pattern(index="ByTitle", needs=["title"]), pattern),
    "AccessPattern.by": (lambda: pattern(by=["owner", "number"]), pattern),
    "AccessPattern.sorted_by": (lambda: pattern(sorted_by="title"), pattern),
    "AccessPattern.order": (lambda: pattern(order="descending"), pattern),
    "AccessPattern.needs": (lambda: pattern(needs=["nothing"]), pattern),
    "AccessPattern.description": (lambda: pattern(description="x"), pattern),
    "Batch.delete.version": (lambda: deleted(version=ANY_VERSION), deleted),
    "Layer.description": (lambda: page_of_layer("What is elsewhere."), lambda: page_of_layer("")),
    "Database.copy_out.batch": (lambda: copied_out(batch=1), copied_out),
    "Database.repository.entity": (lambda: stored_by(Special), lambda: stored_by(None)),
    "Database.run_in_session.isolation": (
        lambda: run_in_session(isolation="read committed"),
        run_in_session,
    ),
    "Database.run_in_session.retries": (lambda: conflicting(retries=AT_ONCE), conflicting),
    "Database.session.isolation": (lambda: session(isolation="serializable"), session),
    "Database.session.read_only": (lambda: session(read_only=True), session),
    "Database.stream.batch": (lambda: streamed(batch=1), streamed),
    "DynamoDB.billing": (lambda: dynamodb(**UNITS), dynamodb),
    "DynamoDB.read_units": (
        lambda: dynamodb(**UNITS),
        lambda: dynamodb(**{**UNITS, "read_units": 9}),
    ),
    "DynamoDB.write_units": (
        lambda: dynamodb(**UNITS),
        lambda: dynamodb(**{**UNITS, "write_units": 9}),
    ),
    "DynamoDB.max_read_request_units": (
        lambda: dynamodb(max_read_request_units=9),
        dynamodb,
    ),
    "DynamoDB.max_write_request_units": (
        lambda: dynamodb(max_write_request_units=9),
        dynamodb,
    ),
    "DynamoDB.table_class": (
        lambda: dynamodb(table_class="infrequent_access"),
        dynamodb,
    ),
    "DynamoDB.pitr_days": (lambda: dynamodb(pitr_days=3), dynamodb),
    "DynamoDB.warm_read_units_per_second": (lambda: dynamodb(**WARM), dynamodb),
    "DynamoDB.warm_write_units_per_second": (
        lambda: dynamodb(**{**WARM, "warm_write_units_per_second": 3}),
        lambda: dynamodb(**WARM),
    ),
    "DynamoDB.contributor_insights": (lambda: dynamodb(contributor_insights="off"), dynamodb),
    "DynamoDB.resource_policy": (lambda: dynamodb(resource_policy={}), dynamodb),
    "DynamoDB.deletion_protection": (
        lambda: dynamodb(deletion_protection=True),
        dynamodb,
    ),
    "DynamoDB.former_ttl": (
        lambda: deployed(former_ttl="due"),
        deployed,
    ),
    "DynamoDB.scaling": (lambda: deployed(**UNITS, scaling=SCALING), lambda: deployed(**UNITS)),
    "DynamoDB.write_scaling": (
        lambda: deployed(**UNITS, write_scaling=SCALING),
        lambda: deployed(**UNITS),
    ),
    "Scaling.target_percent": (
        lambda: deployed(**UNITS, scaling=Scaling(least=1, most=9, target_percent=50)),
        lambda: deployed(**UNITS, scaling=SCALING),
    ),
    "DynamoDB.removal": (lambda: deployed(removal="keep"), deployed),
    "DynamoDB.encryption": (lambda: dynamodb(encryption="aws_managed"), dynamodb),
    "DynamoDB.kms_key_arn": (
        lambda: dynamodb(**KEYED),
        lambda: dynamodb(**{**KEYED, "kms_key_arn": "arn:aws:kms:eu-west-1:1:key/b"}),
    ),
    "DynamoDB.tags": (lambda: dynamodb(tags={"team": "x"}), dynamodb),
    "Index.sort": (lambda: index(sort="number"), index),
    "Index.projection": (lambda: index(projection="keys"), index),
    "Index.shards": (lambda: index(shards=4), index),
    "Index.local": (
        lambda: index(partition="owner", sort="title", local=True),
        lambda: index(partition="owner", sort="title"),
    ),
    "Index.description": (lambda: index(description="x"), index),
    "Relational.types": (lambda: columns(types={"number": "integer"}), columns),
    "Relational.enums": (lambda: columns(enums={"kind": "kinds"}), columns),
    "Relational.collations": (lambda: columns(collations={"title": "de-x-icu"}), columns),
    "Relational.defaults": (lambda: columns(defaults={"number": "7"}), columns),
    "Relational.identity": (lambda: columns(identity=("number",)), columns),
    "Relational.generated": (lambda: columns(generated={"number": "1"}), columns),
    "Relational.unique": (lambda: columns(unique=[Unique("title")]), columns),
    "Relational.references": (lambda: columns(references=[References("title", "rows")]), columns),
    "Relational.checks": (lambda: columns(checks=[Check("c", "number > 0")]), columns),
    "Relational.exclusions": (
        lambda: columns(exclusions=[Exclude({"title": "="}, method="btree")]),
        columns,
    ),
    "Relational.indexes": (lambda: columns(indexes=[SqlIndex("i", ["title"])]), columns),
    "Relational.triggers": (lambda: columns(triggers=[CountUpdates("number")]), columns),
    "Relational.extensions": (lambda: columns(extensions=["citext"]), columns),
    "Relational.domains": (lambda: columns(domains=[SqlDomain("d", "text")]), columns),
    "Relational.composites": (
        lambda: columns(composites=[SqlComposite("c", {"a": "text"})]),
        columns,
    ),
    "Relational.sequences": (lambda: columns(sequences=[SqlSequence("s")]), columns),
    "Relational.grants": (lambda: columns(grants=[Grant("PUBLIC", "select")]), columns),
    "Relational.objects": (
        lambda: columns(objects=[SqlObject("view", "v", "CREATE VIEW v AS SELECT 1")]),
        columns,
    ),
    "Relational.tenant": (lambda: columns(tenant="title"), columns),
    "Relational.tenant_description": (
        lambda: columns(tenant="title", tenant_description="whose"),
        lambda: columns(tenant="title"),
    ),
    "Relational.enum_descriptions": (
        lambda: columns(enums={"kind": "kinds"}, enum_descriptions={"kinds": "k"}),
        lambda: columns(enums={"kind": "kinds"}),
    ),
    "Relational.renamed_from": (lambda: former(renamed_from={"title": "name"}), former),
    "Relational.enums_renamed_from": (
        lambda: former(enums_renamed_from={"kinds": "sorts"}),
        former,
    ),
    "Relational.labels_renamed_from": (
        lambda: former(labels_renamed_from={"kinds": {"a": "z"}}),
        former,
    ),
    "Relational.unknown_attributes": (lambda: columns(unknown_attributes="rest"), columns),
    "RetryPolicy.retries": (lambda: pauses(retries=9), pauses),
    "RetryPolicy.first_pause_s": (lambda: pauses(first_pause_s=9.0), pauses),
    "RetryPolicy.first_throttled_pause_s": (
        lambda: pauses(first_throttled_pause_s=9.0),
        pauses,
    ),
    "RetryPolicy.longest_pause_s": (lambda: pauses(longest_pause_s=0.5), pauses),
    "Seed.stages": (lambda: sets_of_production(stages=("dev",)), sets_of_production),
    "Seed.only_new": (lambda: planted(only_new=True), planted),
    "Table.sort": (lambda: table(sort="title"), table),
    "Table.entities": (lambda: table(entities=[Special]), table),
    "Table.discriminator": (
        lambda: table(entities=[Special], discriminator="kind"),
        lambda: table(entities=[Special]),
    ),
    "Table.indexes": (lambda: table(indexes=[Index("ByTitle", partition="title")]), table),
    "Table.patterns": (lambda: table(patterns=[AccessPattern("p")]), table),
    "Table.ttl": (lambda: table(ttl="title"), table),
    "Table.stream": (lambda: table(stream="KEYS_ONLY"), table),
    "Table.on_read": (lambda: table(on_read="error"), table),
    "Table.physical": (
        lambda: physical(name_from_environment("NAME", default="x")),
        lambda: physical(None),
    ),
    "Table.renamed_from": (lambda: renamed("Old"), lambda: renamed("")),
    "Table.description": (lambda: table(description="x"), table),
    "Table.dynamodb": (lambda: table(dynamodb=DynamoDB(pitr_days=0)), table),
    "Table.relational": (columns, lambda: columns(is_relational=False)),
    "AccessPattern.examples": (lambda: documented(Example("t")), documented),
    "Example.description": (lambda: asked(description="x"), asked),
    "Example.limit": (lambda: asked(limit=2), asked),
    "Example.sort": (lambda: asked(sort=Page.number > 3), asked),
    "kept.days": (lambda: retained(days=1), retained),
    "kept.hours": (lambda: retained(hours=1), retained),
    "kept.after": (lambda: retained(after="made"), retained),
    "open_stage.stage": (lambda: staged(stage="other"), staged),
    "open_stage.timeout_s": (lambda: staged(timeout_s=1e-9), staged),
    "composed.raw": (lambda: pair_of(Raw), lambda: pair_of(Escaped)),
    "composed.description": (
        lambda: Escaped.model_fields["pair"].description,
        lambda: Raw.model_fields["pair"].description,
    ),
    "connect.timeout_s": (
        lambda: unanswered(is_connected=True, timeout_s=1e-9),
        lambda: unanswered(is_connected=True),
    ),
    "connect.cursor_key": (lambda: seen(cursor_key=b"k" * 32), seen),
    "connect.clock": (lambda: seen(clock=lambda: 1_000), seen),
    "connect.table_names": (lambda: statements(table_names="x-{table}"), statements),
    "connect.password": (lambda: logged_in(password=lambda: "\0"), logged_in),
    "connect.retries": (
        lambda: unanswered(is_connected=True, retries=RetryPolicy.NONE),
        lambda: unanswered(is_connected=True),
    ),
    "expires_in.days": (lambda: expires_in(days=1, now=EPOCH), lambda: expires_in(now=EPOCH)),
    "expires_in.hours": (lambda: expires_in(hours=1, now=EPOCH), lambda: expires_in(now=EPOCH)),
    "expires_in.seconds": (
        lambda: expires_in(seconds=1, now=EPOCH),
        lambda: expires_in(now=EPOCH),
    ),
    "expires_in.now": (lambda: expires_in(now=EPOCH), expires_in),
    "open_database.timeout_s": (
        lambda: unanswered(is_connected=False, timeout_s=1e-9),
        lambda: unanswered(is_connected=False),
    ),
    "open_database.cursor_key": (lambda: opened(cursor_key=b"k" * 32), opened),
    "open_database.clock": (lambda: opened(clock=lambda: 1_000), opened),
    "open_database.retries": (
        lambda: unanswered(is_connected=False, retries=RetryPolicy(retries=1, first_pause_s=0)),
        lambda: unanswered(is_connected=False),
    ),
}


def read(method: str, **options: Any) -> Any:
    """What a read gives of three items, the first of which has expired."""
    with connect("sqlite://", layer, clock=lambda: 5_000) as db:
        db.create_tables()
        repo = db.repository(notes)
        for number, expiry in ((1, 2_000), (2, 9_000), (3, 9_000)):
            repo.create(note(number, expires_at_s=expiry))
        keys: dict[str, tuple[Any, ...]] = {
            "get": ("a", 1),
            "get_many": ([("a", 1)],),
            "count": ("a",),
            "count_all": (),
            "require": ("a", 1),
            "delete": ("a", 2),
        }
        return getattr(repo, method)(*keys[method], **options)


class Spot(Model):
    """A place that expires."""

    id: str
    kind: str = ""
    location: Point
    expires_at: ExpiresAt


def nearest(**options: Any) -> Any:
    """What PostgreSQL is asked for what is near; other engines refuse the call, whatever it is."""
    spots = Table("spots", Spot, partition="id", ttl="expires_at", relational=Relational())
    geo = Layer("geo", target="postgres", tables=[spots])
    driver, _ = find_driver("postgresql://localhost/x")
    engine = new_engine(driver, geo, "{table}", None)
    db = open_database(engine, Recorder(), geo, clock=lambda: 1_000)
    requests = db.repository(spots).requests
    point = Point(longitude=1, latitude=2)
    return requests.nearest(at(Spot.location), point, limit=3, **options).payload


def outrun(**options: Any) -> int:
    """How often a function runs while others are always faster."""
    runs: list[int] = []
    with connect("sqlite://", layer) as db:
        db.create_tables()
        repo = db.repository(notes)
        repo.create(note(1, expires_at_s=9_000_000_000))

        def change(found: Note) -> Note:
            runs.append(found.version)
            repo.put(found)
            return found.model_copy(update={"title": "x"})

        try:
            repo.modify(("a", 1), change, **options)
        except VersionConflict:
            return len(runs)
    raise AssertionError("it never succeeds")


def no_item() -> str:
    """What `require` says of an item that has expired."""
    try:
        return str(read("require"))
    except NotFound as error:
        return error.code


# What is to be seen in a result, and not in what is sent.
RESULTS: dict[str, tuple[Effect, Effect]] = {
    "nearest.filter": (lambda: nearest(filter=Spot.kind == "x"), nearest),
    "nearest.include_expired": (lambda: nearest(include_expired=True), nearest),
    "get.include_expired": (lambda: read("get", include_expired=True), lambda: read("get")),
    "get_many.include_expired": (
        lambda: read("get_many", include_expired=True),
        lambda: read("get_many"),
    ),
    **UNREADABLE,
    "modify.retries": (lambda: outrun(retries=AT_ONCE), outrun),
    "count.limit": (lambda: read("count", limit=1), lambda: read("count")),
    "count_all.limit": (lambda: read("count_all", limit=1), lambda: read("count_all")),
    "require.include_expired": (lambda: read("require", include_expired=True), no_item),
    "delete.returning": (
        lambda: read("delete", version=ANY_VERSION, returning="old").old,
        lambda: read("delete", version=ANY_VERSION).old,
    ),
}
