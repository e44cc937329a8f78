"""The best scores of a game, over all players and of one: an index in many shards, read as one.

After AWS on write sharding:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html
"""

from __future__ import annotations

from trueup import AccessPattern, Database, Index, Layer, Model, Table, at

from .design import Answers, Design


class Score(Model):
    """The best score of a player in a game."""

    player: str
    game: str
    points: int
    board: str | None = None


scores = Table(
    "Scores",
    Score,
    partition="player",
    sort="game",
    indexes=[Index("Best", partition="board", sort="points")],
    patterns=[AccessPattern("best", index="Best", order="descending", sorted_by="points")],
)
layer = Layer("game", target="dynamodb", tables=[scores])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    repo = db.repository(scores)
    best = repo.pattern("best", "chess", limit=2)
    above = repo.pattern("best", "chess", sort=Score.points > 1200)
    return {
        "the best two": [f"{one.player} {one.points}" for one in best],
        "how many are better than 1200": [len(above.all())],
        "the games of a player": [one.game for one in repo.query("ada")],
    }


def change(db: Database) -> object:
    """A better score replaces the player's best, and never a worse one."""
    better = at(Score.points).assign(1500)
    return db.repository(scores).update(("bo", "chess"), better, only_if=Score.points < 1500)


def _score(player: str, game: str, points: str) -> dict[str, dict[str, str]]:
    board = {"board": {"S": game}}
    return {"player": {"S": player}, "game": {"S": game}, "points": {"N": points}, **board}


DESIGN = Design(
    layer,
    scores,
    [
        _score("ada", "chess", "1400"),
        _score("bo", "chess", "1100"),
        _score("cy", "chess", "1250"),
        _score("ada", "go", "30"),
    ],
    ask,
    change,
    _score("bo", "chess", "1500"),
)
