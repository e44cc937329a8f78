"""Invoices and bills that are on several of them: an adjacency list, read from both ends.

After AWS on many-to-many relationships:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-adjacency-graphs.html
"""

from __future__ import annotations

from decimal import Decimal

from trueup import AccessPattern, Database, Entity, Index, Layer, Model, Table, at

from .design import Answers, Design


class Node(Model):
    """A node has its own name twice; an edge has the names of both ends."""

    PK: str
    SK: str


class Invoice(Node):
    """An invoice."""

    dated: str


class Bill(Node):
    """A bill."""

    total: Decimal


class OnInvoice(Node):
    """A bill on an invoice."""

    share: Decimal


graph = Table(
    "Graph",
    Node,
    partition="PK",
    sort="SK",
    discriminator="",
    entities=[
        Entity(Invoice, begins={"PK": "Invoice-", "SK": "Invoice-"}),
        Entity(Bill, begins={"PK": "Bill-", "SK": "Bill-"}),
        Entity(OnInvoice, begins={"PK": "Invoice-", "SK": "Bill-"}),
    ],
    indexes=[Index("Reverse", partition="SK", sort="PK")],
    patterns=[AccessPattern("invoices_of_bill", index="Reverse")],
)
layer = Layer("graph", target="dynamodb", tables=[graph])


def ask(db: Database) -> Answers:
    """The questions of the design."""
    invoice = db.repository(graph).collection("Invoice-1")
    edges = db.repository(graph, OnInvoice).pattern("invoices_of_bill", "Bill-1")
    return {
        "an invoice and its bills": [
            *(one.dated for one in invoice.of(Invoice)),
            *(one.SK for one in invoice.of(OnInvoice)),
        ],
        "the invoices of a bill": [one.PK for one in edges],
    }


def change(db: Database) -> object:
    """The share of a bill on an invoice changes."""
    share = at(OnInvoice.share).assign(Decimal(25))
    return db.repository(graph, OnInvoice).update(("Invoice-1", "Bill-1"), share)


def _edge(invoice: str, bill: str, share: str) -> dict[str, dict[str, str]]:
    return {"PK": {"S": invoice}, "SK": {"S": bill}, "share": {"N": share}}


DESIGN = Design(
    layer,
    graph,
    [
        {"PK": {"S": "Invoice-1"}, "SK": {"S": "Invoice-1"}, "dated": {"S": "2026-05-01"}},
        {"PK": {"S": "Bill-1"}, "SK": {"S": "Bill-1"}, "total": {"N": "40"}},
        _edge("Invoice-1", "Bill-1", "30"),
        _edge("Invoice-1", "Bill-2", "5"),
        _edge("Invoice-2", "Bill-1", "10"),
    ],
    ask,
    change,
    _edge("Invoice-1", "Bill-1", "25"),
)
