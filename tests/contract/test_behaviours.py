"""The contract suite on our own engines."""

from trueup.testing.suite.behaviours import *  # noqa: F403  # that is how users run it
