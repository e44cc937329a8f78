"""Every row of the tables of operations, and who calls them."""

from __future__ import annotations

from tests.faults.callers import BOTOCORE, OWN, Caller
from tests.faults.many import BATCHES, TRANSACTIONS
from tests.faults.operation import Operation
from tests.faults.putting import CREATES, DELETES, PUTS
from tests.faults.reading import READS
from tests.faults.updating import UPDATES

OPERATIONS = (*READS, *CREATES, *PUTS, *DELETES, *UPDATES, *BATCHES, *TRANSACTIONS)

# Both wires give the same errors to the layers above; one operation of each kind shows it.
_ON_BOTOCORE = {"get", "create", "put_versioned", "update_add", "put_many", "transaction"}
_ON_BOTOCORES_THREADS = {"update_add"}


def callers_of(operation: Operation) -> tuple[Caller, ...]:
    """Our own wire in both flavours, and botocore's for some."""
    blocking, awaiting = BOTOCORE
    names = {blocking: _ON_BOTOCORE, awaiting: _ON_BOTOCORES_THREADS}
    return *OWN, *(caller for caller in BOTOCORE if operation.name in names[caller])
