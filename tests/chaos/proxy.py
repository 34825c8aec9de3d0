"""A TCP proxy between the processes and PostgreSQL that cuts connections in the middle of COMMIT.

A process of its own: `python -m tests.chaos.proxy PORT`. A line `cut N` on its input arms it for the next N commits
(of every second one the server's answer is lost, the other never reaches the server); it writes `cut` for each.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from asyncio import StreamReader, StreamWriter

COMMIT = b"COMMIT;\x00"


class Proxy:
    """Passes bytes on; when armed, ends a connection at its next COMMIT."""

    def __init__(self, port: int) -> None:
        self._port, self._armed, self._cuts = port, 0, 0
        self._passing: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Tell the own port, then obey lines on the input until it ends."""
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        lines = StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := await lines.readline():
            self._armed = int(line.split()[1])

    async def _connection(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.close()
            return
        deaf = asyncio.Event()
        ways = [
            asyncio.create_task(self._forth(reader, server_writer, deaf)),
            asyncio.create_task(self._back(server_reader, writer, deaf)),
        ]
        self._passing.update(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._passing.difference_update(ways)
        writer.transport.abort()
        server_writer.close()  # what was passed on still reaches the server

    async def _forth(self, client: StreamReader, server: StreamWriter, deaf: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await client.read(65_536):
                if self._armed and data.endswith(COMMIT):
                    self._armed -= 1
                    self._cuts += 1
                    if self._cuts % 2:  # it commits, and nobody hears of it
                        deaf.set()
                        server.write(data)
                        await server.drain()
                        await asyncio.sleep(0.05)
                    print("cut", flush=True)
                    return
                server.write(data)
                await server.drain()

    async def _back(self, server: StreamReader, client: StreamWriter, deaf: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await server.read(65_536):
                if not deaf.is_set():
                    client.write(data)
                    await client.drain()


class Between:
    """The proxy as seen by a run: where it listens, and how to have it cut."""

    def __init__(self, port: int) -> None:
        line = [sys.executable, "-m", "tests.chaos.proxy", str(port)]
        self._process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def cut(self, count: int) -> None:
        """Arm it and return when so many commits have been cut."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"cut {count}\n")
        self._process.stdin.flush()
        for _ in range(count):
            assert self._process.stdout.readline() == "cut\n", "the proxy has ended"

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)


if __name__ == "__main__":
    asyncio.run(Proxy(int(sys.argv[1])).serve())
