"""An answer in one packet."""

from __future__ import annotations

from asyncio import Transport
from typing import Any


class Joined(Transport):
    """Sends the head of an answer together with the first part of its body, which always follows: one packet, not two.

    Not for HEAD, whose answer has no part after the head, nor where 100 Continue goes before it.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport
        self._head: bytes | None = None
        self._sent = False

    def write(self, data: Any) -> None:
        if self._sent:
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._sent = True
            self._transport.write(self._head + data)

    def close(self) -> None:
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()
