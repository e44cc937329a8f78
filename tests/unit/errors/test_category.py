"""Five kinds of errors, for callers that tell no more apart."""

from __future__ import annotations

import pickle

import pytest

from trueup.errors import (
    AlreadyExists,
    Busy,
    Category,
    ConditionFailed,
    CursorRefused,
    DeadlineExceeded,
    DeclarationError,
    InternalError,
    NotFound,
    OperatorError,
    OutcomeUnknown,
    ReplyLost,
    RequestError,
    Throttled,
    TransactionCancelled,
    TrueupError,
    UnsupportedByEngine,
    VersionConflict,
)

CATEGORIES: dict[type[TrueupError], Category] = {
    Throttled: Category.THROTTLING,
    ConditionFailed: Category.CONDITIONAL_CHECK_FAILED,
    AlreadyExists: Category.CONDITIONAL_CHECK_FAILED,
    VersionConflict: Category.CONDITIONAL_CHECK_FAILED,
    TransactionCancelled: Category.CONDITIONAL_CHECK_FAILED,
    NotFound: Category.ITEM_NOT_FOUND,
    RequestError: Category.VALIDATION_ERROR,
    CursorRefused: Category.VALIDATION_ERROR,
    DeclarationError: Category.VALIDATION_ERROR,
    UnsupportedByEngine: Category.VALIDATION_ERROR,
    Busy: Category.SERVICE_ERROR,
    DeadlineExceeded: Category.SERVICE_ERROR,
    OutcomeUnknown: Category.SERVICE_ERROR,
    ReplyLost: Category.SERVICE_ERROR,
    OperatorError: Category.SERVICE_ERROR,
    InternalError: Category.SERVICE_ERROR,
}
RETRYABLE: set[type[TrueupError]] = {Throttled, Busy, DeadlineExceeded}


@pytest.mark.req("M58", "M59")
@pytest.mark.parametrize(("kind", "category"), CATEGORIES.items())
def test_error_has_one_of_five_categories(kind: type[TrueupError], category: Category) -> None:
    assert len(Category) == 5
    assert kind("x", fix="y").category is category


@pytest.mark.req("M60")
@pytest.mark.parametrize("kind", CATEGORIES)
def test_error_says_category_message_whether_to_retry_and_its_cause(
    kind: type[TrueupError],
) -> None:
    cause = OSError("the network is down")
    with pytest.raises(kind) as caught:
        raise kind("what happened", fix="do this") from cause
    error = caught.value
    assert "what happened" in str(error)
    assert error.retryable is (kind in RETRYABLE)
    assert error.__cause__ is cause


def test_reasons_of_throttling_survive_pickling() -> None:
    error = Throttled("x", fix="y", reasons=["TableReadProvisionedThroughputExceeded"])
    error.retry_after_s = 1.5
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.reasons, copy.retry_after_s) == (error.reasons, 1.5)
