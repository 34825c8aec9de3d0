"""One whole instance on real Kafka and PostgreSQL for all tests of this folder, with a real mail server beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from operate.ports import choose
from tests.instance import Instance


class Post(Message):
    """Keeps every mail that arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[tuple[str, str, str]] = []

    def handle_message(self, message: object) -> None:
        """Called for each mail."""
        mail: object = message
        self.mails.append((str(mail["X-RcptTo"]), str(mail["Subject"]), mail.as_string()))  # type: ignore[index,attr-defined]  # an email message


@pytest.fixture(scope="session")
def post_office() -> Iterator[Post]:
    """A real SMTP server."""
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=choose(set()), ready_timeout=60)
    server.start()
    handler.address = f"127.0.0.1:{server.port}"  # type: ignore[attr-defined]  # told to the instance
    yield handler
    server.stop()


@pytest.fixture(scope="session")
def line(post_office: Post) -> Iterator[Instance]:
    """The whole line from the door to the inbox, on a clock that the tests move."""
    with TemporaryDirectory(prefix="polku-line-", ignore_cleanup_errors=True) as home:
        instance = Instance(Path(home), carrier="kafka", clock="2026-03-02")
        instance.environment["POLKU_SMTP"] = post_office.address  # type: ignore[attr-defined]  # set above
        try:
            yield instance.up()
        finally:
            instance.down()
