"""The agents of a tenant as a graph: each reads the output of others, and none that of itself."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from .models import AgentDefinition


class UnusableDependencies(ValueError):
    """Agents could not run: they wait for each other, or for one that is not there.

    agent_ids: those concerned; of a cycle in order, the first again at the end.
    """

    def __init__(self, message: str, agent_ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.agent_ids = agent_ids


def running_order(agents: Iterable[AgentDefinition]) -> list[str]:
    """The agents in an order in which each finds the output that it reads.

    Raises UnusableDependencies for a cycle, and for an agent that is not among them.
    """
    needs = {agent.agent_id: agent.agent_dependencies for agent in agents}
    missing = sorted({one for many in needs.values() for one in many if one not in needs})
    if missing:
        raise UnusableDependencies(f"there is no agent {', '.join(missing)}", tuple(missing))
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        # graphlib tells a cycle from what is needed to what needs it.
        cycle = tuple(reversed(error.args[1]))
        shown = " needs ".join(cycle)
        raise UnusableDependencies(f"agents wait for each other: {shown}", cycle) from error
