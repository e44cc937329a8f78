"""Who follows whom, as proofs say: each is for a file after those that were before it then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..files import Migration, chained
from ..proving.proofs import Proofs

BEGINNING = "the beginning"
"""What the first file follows, for messages."""


def parents_of(files: Sequence[Migration], proofs: Proofs) -> dict[str, str]:
    """The file that each was proved after, by name; those that no proof tells of are left out.

    files: in the order of their versions, of which several may be the same.
    """
    known, parents = {"": BEGINNING}, dict[str, str]()
    for file in files:
        for proof in proofs.found:
            if (proof.name, proof.checksum) != (file.name, file.checksum):
                continue
            for chain, name in list(known.items()):
                if chained(chain, file.name, file.checksum) == proof.chain:
                    parents[file.name] = name
                    known[proof.chain] = file.name
    return parents


def followers_of(names: Sequence[str], parents: Mapping[str, str]) -> list[str]:
    """These files, and all that were proved after one of them."""
    found = list(names)
    for name in found:
        found += [one for one, parent in parents.items() if parent == name and one not in found]
    return found


def tell(files: Sequence[Migration], parents: Mapping[str, str]) -> str:
    """Who follows whom, in words."""
    return "; ".join(
        f"{one.name} follows {parents[one.name]}"
        if one.name in parents
        else f"what {one.name} follows is not known, as it was never proved"
        for one in files
    )
