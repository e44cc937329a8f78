"""What pdfjobs stores: a job for each PDF file that a client sent, and the result of reading it.

Names, types and meanings are those of the story's data model; the README says where they differ.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field

from trueup import Model

ClientId = Annotated[str, Field(max_length=50)]
Confidence = Annotated[Decimal, Field(max_digits=3, decimal_places=2, ge=0, le=1)]
ModelName = Annotated[str, Field(max_length=100)]
Amount = Annotated[Decimal, Field(max_digits=12, decimal_places=6, ge=0)]


class JobStatus(StrEnum):
    """Where a job is. From queued it goes to processing, from there to one of the last two."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Currency(StrEnum):
    """The currencies that models are paid in, by ISO 4217."""

    EUR = "EUR"
    USD = "USD"


class Job(Model):
    """One PDF file to read. The database gives the times that are None."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the job")
    client_id: ClientId = Field(
        description="who sent it, from the request context of API Gateway; no foreign key",
        examples=["client-acme"],
    )
    status: JobStatus = Field(default=JobStatus.QUEUED, description="where the job is")
    pdf_url: Annotated[str, Field(max_length=2048)] = Field(
        description="the URL of the PDF file", examples=["https://files.example.com/invoice.pdf"]
    )
    created_at: datetime | None = Field(default=None, description="when it was sent")
    updated_at: datetime | None = Field(
        default=None, description="the last update, by a trigger of the database"
    )
    completed_at: datetime | None = Field(
        default=None, description="when it was completed; empty until then"
    )
    error_message: str | None = Field(
        default=None,
        description="why it failed; empty unless it did",
        examples=["the file has no text"],
    )


class JobResult(Model):
    """What was read from the PDF file of one job."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the result")
    job_id: UUID = Field(description="the job; it has one result at most")
    extracted_data: dict[str, Any] | None = Field(
        default=None,
        description="all extracted fields, as flexible JSON",
        examples=[{"total": "18.20", "lines": [{"text": "paper", "amount": 2}]}],
    )
    confidence_score: Confidence | None = Field(
        default=None,
        description="the confidence of the whole extraction, from 0.00 to 1.00",
        examples=[Decimal("0.87")],
    )
    tokens_used: int | None = Field(
        default=None, description="the tokens that it took, to track costs", examples=[1830]
    )
    created_at: datetime | None = Field(default=None, description="when the extraction was done")
    model: ModelName | None = Field(
        default=None, description="the language model that read it", examples=["reader-2-small"]
    )
    cost: Amount | None = Field(
        default=None,
        description="what the tokens cost when they were used; with a currency only",
        examples=[Decimal("0.018300")],
    )
    currency: Currency | None = Field(
        default=None, description="the currency of the cost", examples=["EUR"]
    )


class Cost(Model):
    """What the results of a client took of one model, in one currency."""

    model: str | None = Field(description="the language model; None for those that name none")
    currency: Currency | None = Field(description="of the cost; None for results that have no cost")
    results: int = Field(description="how many there are")
    tokens_used: int = Field(description="the tokens of all of them")
    cost: Decimal | None = Field(description="what they cost; None if that was not stored")
