"""What a call answers in a child of this process."""

from __future__ import annotations

import os
from collections.abc import Callable

from trueup.errors import TrueupError


def answer_of_child(call: Callable[[], object], fork: Callable[[], int] = os.fork) -> str:
    """What the call returns in a forked child, or the code of the error that it raises."""
    answer, say = os.pipe()
    child = fork()
    if child == 0:
        try:
            text = str(call())
        except TrueupError as error:
            text = error.code.value
        except Exception as error:  # noqa: BLE001 - the parent tells of it
            text = repr(error)
        os.write(say, text.encode())
        os._exit(0)
    os.close(say)
    with os.fdopen(answer) as lines:
        text = lines.read()
    os.waitpid(child, 0)
    return text
