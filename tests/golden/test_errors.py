"""Every bad input has the text that its golden file says, and no text shows what is stored."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from tests.chains import chain_of
from tests.golden.golden_errors import GROUPS, Case, find_cases, raised_by, read_group
from tests.golden.stage import SECRET, SECRET_NUMBER
from trueup import ErrorCode, TransactionCancelled, TrueupError

CASES = find_cases()
# A name begins these sentences.
BEGINS_WITH_A_NAME = (
    "AWS_",
    "AWS ",
    "BOTOCORE_",
    "DynamoDB ",
    "HTTPS_PROXY ",
    "SQLite ",
    "NaN ",
    "Order ",
    "Account ",
    "Weights ",
)
NO_PLACE = {
    "conditions joined with and",
    "chained comparison",
    "value of an instance given to at",
}


@pytest.fixture(params=CASES, ids=lambda case: case.name.replace(" ", "_"))
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_golden_file_has_exactly_the_cases_of_its_module(group: str) -> None:
    """A text that is not current any more: `python -m tests.golden.update` writes the files."""
    assert list(read_group(group)) == [case.name for case in CASES if case.group == group]


def test_text_is_the_golden_one(case: Case) -> None:
    assert raised_by(case)[1] == read_group(case.group)[case.name]


def test_error_shows_no_content(case: Case) -> None:
    error, _ = raised_by(case)
    shown = list(texts_of(error))
    assert [text for text in shown if SECRET in text or str(SECRET_NUMBER) in text] == []
    _, *links = chain_of(error)
    assert not any(isinstance(link, ValidationError | json.JSONDecodeError) for link in links)


def texts_of(error: BaseException) -> Iterator[str]:
    """What a log, a traceback or a reporter of errors, which walks the whole chain, would show."""
    for link in chain_of(error):
        yield from (str(link), repr(link), str(link.args), *getattr(link, "__notes__", ()))
        if isinstance(link, TrueupError):
            yield from (link.what, str(link.where), str(link.to_dict()), link.fix, link.native)
        if isinstance(link, TransactionCancelled):
            for reason in link.reasons:
                yield from texts_of(reason) if reason else ()


@pytest.mark.req("M62")
def test_error_says_what_where_and_what_to_do(case: Case) -> None:
    error, _ = raised_by(case)
    if isinstance(error, ValidationError):
        assert all(problem["loc"] and problem["msg"] for problem in error.errors())
        return
    assert error.what
    assert error.fix
    assert bool(str(error.where)) is (case.name not in NO_PLACE)


def test_sentences_begin_small_and_end_without_a_full_stop(case: Case) -> None:
    error, _ = raised_by(case)
    if isinstance(error, TrueupError):
        assert error.what[0].islower() or error.what.startswith(BEGINS_WITH_A_NAME)
        assert error.fix[0].islower() or error.fix.startswith(BEGINS_WITH_A_NAME)
        assert not error.what.endswith(".")
        assert not error.fix.endswith(".") or error.fix.endswith("...")


def test_error_pickles(case: Case) -> None:
    error, _ = raised_by(case)
    if isinstance(error, TrueupError):
        copied = pickle.loads(pickle.dumps(error))
        assert type(copied) is type(error)
        assert (str(copied), copied.code, copied.where) == (str(error), error.code, error.where)


def test_every_code_is_raised_by_a_case() -> None:
    raised = {code_of(raised_by(case)[0]) for case in CASES}
    assert {code.value for code in ErrorCode} - raised == set()


def code_of(error: TrueupError | ValidationError) -> str:
    """The code of an error; of a constructor's, what pydantic calls it."""
    if isinstance(error, TrueupError):
        return error.code.value
    return error.errors()[0]["type"]
