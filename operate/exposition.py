"""All metrics of an instance at one private address: each process's own, told apart by the label `process`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import httpx
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from operate.instance import Instance
from operate.ports import HOST

ANSWERS_WITHIN = 1.0
TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Merged:
    """Families of many processes, as one collector."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self._families: dict[str, Metric] = {}
        for process, page in pages.items():
            for found in text_string_to_metric_families(page):
                family = self._families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                family.samples += [s._replace(labels={**s.labels, "process": process}) for s in found.samples]

    def collect(self) -> list[Metric]:
        """The families, each once."""
        return list(self._families.values())


def merged(pages: Mapping[str, str]) -> bytes:
    """One page in Prometheus's text format from the pages of several processes, by name of the process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Merged(pages))
    return generate_latest(registry)


async def gather(instance: Instance) -> bytes:
    """Ask every process at once; one that does not answer within a second is left out."""
    ports = {name.removeprefix("metrics_"): p for name, p in instance.ports.items() if name.startswith("metrics_")}
    async with httpx.AsyncClient(timeout=ANSWERS_WITHIN, trust_env=False) as client:

        async def page(name: str, port: int) -> tuple[str, str]:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get(f"http://{HOST}:{port}/metrics", headers={"Accept": "text/plain"})
                if answer.status_code == 200:
                    return name, answer.text
            return name, ""

        pages = dict(await asyncio.gather(*(page(n, p) for n, p in ports.items())))
    return merged({name.replace("_", "-"): text for name, text in pages.items() if text})


async def serve(instance: Instance) -> asyncio.Server:
    """Serve the merged page at `/metrics` of the instance's own metrics port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            found = head.split(b" ", 2)[:2] == [b"GET", b"/metrics"]
            body = await gather(instance) if found else b"not found\n"
            status = b"200 OK" if found else b"404 Not Found"
            lines = (b"HTTP/1.1 " + status, f"Content-Type: {TYPE}".encode(), b"Connection: close")
            writer.write(b"\r\n".join((*lines, f"Content-Length: {len(body)}".encode(), b"", body)))
            await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, HOST, instance.ports["metrics"])
