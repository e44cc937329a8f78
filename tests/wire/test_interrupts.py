"""Threads that are interrupted, or run out of time, at any moment of a call."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.waiting import wait_until
from tests.wire.calls import count_sockets, options
from tests.wire.server import FaultServer, echo
from tests.wire.test_cancellation import uneven
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.engines.dynamodb.wire.errors import TimedOut

INTERRUPTED = ctypes.py_object(KeyboardInterrupt)
THREADS = 32
INTERRUPTS = 1000
CONNECTIONS = 12


def call(wire: DirectWire, body: bytes, timeout_s: float = 5.0) -> None:
    try:
        found = wire.perform(HttpPayload("GetItem", body), time.monotonic() + timeout_s)
    except TimedOut:
        assert timeout_s < 1
        return
    assert found.body == body, "another call's reply"


# An interrupt between a call into C and the next line drops a socket, which closes it.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
# One inside a callback of the garbage collector, hypothesis's for example, raises nowhere.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupted_threads_leave_nothing_behind() -> None:
    """Thirty-two threads on twelve connections are interrupted a thousand times, anywhere."""
    sockets, running = count_sockets(), set(threading.enumerate())
    stop, landed, wrong = threading.Event(), list[int](), list[AssertionError]()

    def work() -> None:
        chance = random.Random()
        while not stop.is_set():
            try:
                body = f"{threading.get_ident()}/{chance.random()}".encode()
                call(wire, body, chance.choice((5.0, 5.0, chance.random() / 100)))
            except KeyboardInterrupt:
                landed.append(1)
            except AssertionError as error:
                wrong.append(error)

    with FaultServer(otherwise=uneven(random.Random(3))) as server:
        wire = DirectWire(options(server.url, most_connections=CONNECTIONS), {})
        interrupt_at_random(work, stop)
        assert wrong == []
        assert len(landed) > 50
        call(wire, b"the last one")
        assert not wire.count_calls()
        gc.collect()
        wait_until(lambda: server.count_open() <= CONNECTIONS)
        wire.close()
        wait_until(lambda: server.count_open() == 0)
    assert count_sockets() == sockets
    assert set(threading.enumerate()) - running == set()


def interrupt_at_random(work: Callable[[], None], stop: threading.Event) -> None:
    chance = random.Random(1)
    threads = [threading.Thread(target=guarded, args=(work,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in range(INTERRUPTS):
        time.sleep(chance.random() / 300)
        identity = ctypes.c_ulong(chance.choice(threads).ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(identity, INTERRUPTED)
    stop.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def guarded(work: Callable[[], None]) -> None:
    """Run to the end of `work`, whatever interrupt arrives after its own handler."""
    while True:
        try:
            return work()
        except KeyboardInterrupt:
            continue


CTRL_C = """
import random, signal, sys, time
from tests.wire.calls import count_sockets, options
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.blocking import DirectWire

signal.signal(signal.SIGALRM, signal.default_int_handler)
wire = DirectWire(options(sys.argv[1], most_connections=2), {})
chance = random.Random(2)
landed = number = 0
while landed < 1000:
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0001 + chance.random() / 300)
        while True:
            number += 1
            body = b"%d" % number
            found = wire.perform(HttpPayload("GetItem", body), time.monotonic() + 5)
            assert found.body == body, (found.body, body)
    except KeyboardInterrupt:
        landed += 1
        found = None
        assert not wire.count_calls()
        assert count_sockets() <= 1, count_sockets()
wire.close()
assert count_sockets() == 0
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_ctrl_c_in_the_main_thread_leaves_nothing_open() -> None:
    with FaultServer(otherwise=uneven(random.Random(5))) as server:
        done = subprocess.run(
            [sys.executable, "-c", CTRL_C, server.url],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""
    assert done.returncode == 0


def test_threads_share_connections_and_wait_for_them() -> None:
    with FaultServer(otherwise=echo) as server:
        wire = DirectWire(options(server.url, most_connections=3), {})
        with ThreadPoolExecutor(16) as threads:
            list(threads.map(lambda number: call(wire, b"%d" % number), range(500)))
        wire.close()
    assert server.connections <= 3


def test_a_wait_for_a_connection_ends_at_the_deadline() -> None:
    with FaultServer(otherwise=lambda connection, _: time.sleep(0.3)) as server:
        wire = DirectWire(options(server.url, most_connections=1), {})
        thread = threading.Thread(target=call, args=(wire, b"1", 0.3))
        thread.start()
        wait_until(lambda: len(server.bodies) == 1)
        with pytest.raises(TimedOut) as caught:
            wire.perform(HttpPayload("GetItem", b"2"), time.monotonic() + 0.05)
        assert not caught.value.sent
        thread.join()
        wire.close()
    assert server.bodies == [b"1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_opens_connections_of_its_own() -> None:
    with FaultServer() as server:
        wire = DirectWire(options(server.url), {})
        call(wire, b"parent")
        child = os.fork()
        if child == 0:
            try:
                call(wire, b"child")
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        call(wire, b"parent again")
        wire.close()
    assert server.connections == 2
