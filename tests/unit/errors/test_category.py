"""Five kinds of errors, for callers that tell no more apart."""

from __future__ import annotations

import pickle

import pytest

from trueup.errors import (
    AlreadyExists,
    ConditionFailed,
    CursorRefused,
    DeadlineExceeded,
    DeclarationError,
    ErrorCategory,
    InternalError,
    InvalidCall,
    NeedsOperator,
    NotFound,
    OutcomeUnknown,
    ReplyLost,
    Throttled,
    TransactionCancelled,
    TrueupError,
    Unavailable,
    UnsupportedByEngine,
    VersionConflict,
)

CATEGORIES: dict[type[TrueupError], ErrorCategory] = {
    Throttled: ErrorCategory.THROTTLING,
    ConditionFailed: ErrorCategory.CONDITIONAL_CHECK_FAILED,
    AlreadyExists: ErrorCategory.CONDITIONAL_CHECK_FAILED,
    VersionConflict: ErrorCategory.CONDITIONAL_CHECK_FAILED,
    TransactionCancelled: ErrorCategory.CONDITIONAL_CHECK_FAILED,
    NotFound: ErrorCategory.ITEM_NOT_FOUND,
    InvalidCall: ErrorCategory.VALIDATION_ERROR,
    CursorRefused: ErrorCategory.VALIDATION_ERROR,
    DeclarationError: ErrorCategory.VALIDATION_ERROR,
    UnsupportedByEngine: ErrorCategory.VALIDATION_ERROR,
    Unavailable: ErrorCategory.SERVICE_ERROR,
    DeadlineExceeded: ErrorCategory.SERVICE_ERROR,
    OutcomeUnknown: ErrorCategory.SERVICE_ERROR,
    ReplyLost: ErrorCategory.SERVICE_ERROR,
    NeedsOperator: ErrorCategory.SERVICE_ERROR,
    InternalError: ErrorCategory.SERVICE_ERROR,
}
RETRYABLE: set[type[TrueupError]] = {Throttled, Unavailable, DeadlineExceeded}


@pytest.mark.req("M58", "M59")
@pytest.mark.parametrize(("kind", "category"), CATEGORIES.items())
def test_error_has_one_of_five_categories(kind: type[TrueupError], category: ErrorCategory) -> None:
    assert len(ErrorCategory) == 5
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
    assert error.category is CATEGORIES[kind]
    assert error.retryable is (kind in RETRYABLE)
    assert error.__cause__ is cause


def test_reasons_of_throttling_survive_pickling() -> None:
    error = Throttled("x", fix="y", reasons=["TableReadProvisionedThroughputExceeded"])
    error.retry_after_s = 1.5
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.reasons, copy.retry_after_s) == (error.reasons, 1.5)
