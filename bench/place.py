"""A PostgreSQL of its own for a benchmark, and fresh installations in it with the real organisations and services."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from kernel import migrate
from kernel.keys import FileKms
from kernel.settings import Settings
from kernel.views import View
from operate import postgres
from operate.ports import choose

ROOT = Path(__file__).resolve().parents[1]
CLOCK = "2026-03-02"


class Place:
    """A running server; each installation is a database of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port

    @property
    def superuser(self) -> str:
        """Address of the server for the one who may do everything."""
        return f"postgresql://postgres:bench@127.0.0.1:{self.port}/postgres"

    async def installation(self, views: Mapping[str, list[View]] | None = None) -> Settings:
        """A migrated database with a clock of its own, on the day on which every benchmark begins.

        `views` by processor; those of the services when not given.
        """
        name = f"bench_{uuid4().hex[:10]}"
        folder = self.home / name
        folder.mkdir()
        (folder / "roles.json").write_text(json.dumps({f"polku_{r}": "bench" for r in migrate.ROLES}))
        FileKms.create(folder / "kms.json")
        settings = Settings(
            profile="development",
            state=folder,
            database=f"127.0.0.1:{self.port}/{name}",
            secrets=folder / "roles.json",
            kms=folder / "kms.json",
            issuer=folder / "issuer.json",
            organisations=ROOT / "deploy/organisations.toml",
            policy=ROOT / "deploy/disclosure.toml",
            topics=ROOT / "deploy/topics.toml",
            carrier="journal",
        )
        await migrate.run(settings, self.superuser, CLOCK, views)
        return settings


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """Start the server in a temporary directory and stop it, and only it, in the end."""
    with tempfile.TemporaryDirectory(prefix="polku-bench-") as folder:
        home, port = Path(folder), choose(set())
        home.chmod(0o755)  # noqa: ASYNC240  (a directory that was made a moment ago)
        data = home / "postgres" / "data"
        await asyncio.to_thread(postgres.prepare, data, "postgres", "bench")
        user = postgres.run_as()
        line = postgres.command(data, port)
        quiet = subprocess.DEVNULL
        groups: list[str | int] | None = [] if user else None
        server = subprocess.Popen(  # noqa: S603, ASYNC220  (our own words; it starts at once)
            line, user=user, group=user, extra_groups=groups, cwd="/", stdout=quiet, stderr=quiet
        )
        try:
            here = Place(home, port)
            await postgres.wait_ready(here.superuser, 60)
            yield here
        finally:
            server.send_signal(signal.SIGQUIT)
            await asyncio.to_thread(server.wait, 30)
