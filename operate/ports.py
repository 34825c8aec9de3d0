"""Free ports of the loopback address, chosen once for an instance and checked before each start."""

from __future__ import annotations

import random
import socket
from collections.abc import Collection

from operate.errors import OperateError

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20_000, 31_999
"""Below the range from which the system takes ports for outgoing connections: a port stays free over a restart."""


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
    picked = random.SystemRandom()
    for _ in range(1000):
        port = picked.randint(LOWEST, HIGHEST)
        if port not in taken and is_free(port):
            return port
    raise OperateError(f"ports: no free port between {LOWEST} and {HIGHEST} was found in a thousand tries")


def check_port(option: str, port: int) -> None:
    """OperateError when the port cannot be one."""
    if not 1 <= port <= 65_535:
        raise OperateError(f"{option}: a port is a number from 1 to 65535, not {port}")
