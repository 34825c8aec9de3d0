"""Free ports of the loopback address, chosen once for an instance and checked before each start."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Collection

from operate.errors import OperateError

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20_000, 31_999
"""Below the range from which the system takes ports for outgoing connections: a port stays free over a restart."""
AMONG = "PORTS_AMONG"
"""Names the first and the last port to choose from, such as `20000-25999`, where instances are made side by side:
between the choice of a port and the start of its server nothing tells others that it is taken. Not a setting."""


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(taken: Collection[int]) -> int:
    """A free port that is not among those taken already."""
    picked, (lowest, highest) = random.SystemRandom(), _among()
    for _ in range(1000):
        port = picked.randint(lowest, highest)
        if port not in taken and is_free(port):
            return port
    raise OperateError(f"ports: no free port between {lowest} and {highest} was found in a thousand tries")


def _among() -> tuple[int, int]:
    given = os.environ.get(AMONG, f"{LOWEST}-{HIGHEST}")
    lowest, _, highest = given.partition("-")
    if not (lowest.isdecimal() and highest.isdecimal() and 1 <= int(lowest) <= int(highest) <= 65_535):
        raise OperateError(f"{AMONG}: two ports such as {LOWEST}-{HIGHEST}, not {given!r}")
    return int(lowest), int(highest)


def check_port(option: str, port: int) -> None:
    """OperateError when the port cannot be one."""
    if not 1 <= port <= 65_535:
        raise OperateError(f"{option}: a port is a number from 1 to 65535, not {port}")
