"""X-Road: an authority is known by the subsystem that its security server vouches for, and nowhere else."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, Self
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kernel.organisations import Organisations
from kernel.settings import SettingsError
from services.gateway.problem import Rejected, refuse

VOUCHED = "polku.xroad"
"""Stands in the scope of a request that a security server has brought; only its own entrance puts it there."""
CLIENT, PARTY = b"x-road-client", b"x-road-represented-party"
HEADERS = frozenset(
    {
        *(CLIENT, PARTY, b"x-road-id", b"x-road-userid", b"x-road-issue", b"x-road-service", b"x-road-security-server"),
        *(b"x-road-request-id", b"x-road-request-hash", b"x-road-error", b"x-road-protocol-version"),
    }
)
"""What security servers say. From anybody else it is refused, as it would count for nothing and seem to."""

LONGEST = 512
"""Characters of the header as it is sent."""
SIGNS = r"[A-Za-z0-9'()+,.=?-]{1,100}"
"""What an identifier is made of in X-Road (PR-REST 4.8); so neither blanks, slashes nor underscores."""
_PART = re.compile(SIGNS, re.ASCII)


class Client(NamedTuple):
    """Who asks through X-Road: its instance, and in it a member's subsystem."""

    instance: str
    member_class: str
    member: str
    subsystem: str

    def __str__(self) -> str:
        return "/".join(self)


def out_of_place(scope: Mapping[str, object], names: Set[bytes]) -> tuple[int, str, str] | None:
    """What is wrong with the X-Road headers of a request, if anything, as (status, code, detail)."""
    if VOUCHED not in scope:
        detail = "X-Road headers count only on the security server's own connection"
        return None if names.isdisjoint(HEADERS) else (403, "not_security_server", detail)
    if CLIENT not in names:
        return 400, "xroad_client", "a request through X-Road says X-Road-Client"
    if PARTY in names:
        return 403, "represented_party", "nobody speaks for another organisation here"
    return None


def client_of(text: str) -> Client:
    """The client in a header; Refused 400 when it is not four parts, each percent-encoded by itself."""
    parts = text.split("/")
    if len(text) > LONGEST or not text.isascii() or len(parts) != 4:
        raise _unreadable()
    try:
        found = Client(*(unquote(part, errors="strict") for part in parts))
    except ValueError as error:
        raise _unreadable() from error
    if not all(map(_PART.fullmatch, found)):
        raise _unreadable()
    return found


def _unreadable() -> Rejected:
    return refuse(400, "xroad_client", "X-Road-Client is INSTANCE/CLASS/MEMBER/SUBSYSTEM, each percent-encoded")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Subsystem(_Part):
    """One subsystem of a member, the organisation that it speaks for, and as which of its systems (none named: any)."""

    member_class: str = Field(alias="class", pattern=f"^{SIGNS}$")
    member: str = Field(pattern=f"^{SIGNS}$")
    subsystem: str = Field(pattern=f"^{SIGNS}$")
    organisation: str
    systems: frozenset[str] = frozenset()


class Subsystems(_Part):
    """Who may come through X-Road: the one instance that counts, and every subsystem in it."""

    instance: Literal["FI-DEV", "FI-TEST", "FI"]
    subsystem: tuple[Subsystem, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        twice = [c for c, n in Counter(map(self._client, self.subsystem)).items() if n > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands more than once")
        return self

    def _client(self, of: Subsystem) -> Client:
        return Client(self.instance, of.member_class, of.member, of.subsystem)

    @cached_property
    def _known(self) -> dict[Client, Subsystem]:
        return {self._client(s): s for s in self.subsystem}

    def of(self, client: Client) -> Subsystem:
        """What was agreed of a client; Refused 403 when it is unknown, or of another X-Road instance."""
        if client.instance != self.instance:
            raise refuse(403, "xroad_instance", f"here only clients of the instance {self.instance} are served")
        found = self._known.get(client)
        if found is None:
            raise refuse(403, "xroad_subsystem", "this subsystem speaks for no organisation here")
        return found


def load(path: Path, organisations: Organisations) -> Subsystems:
    """Read the file; SettingsError names the entry and the rule that is broken."""
    try:
        found = Subsystems.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsError(f"POLKU_SUBSYSTEMS: {path.name}: {'; '.join(lines)}") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"POLKU_SUBSYSTEMS: {path.name}: {error}") from error
    for wrong in _strangers(found.subsystem, organisations):
        raise SettingsError(f"POLKU_SUBSYSTEMS: {path.name}: {wrong}")
    return found


def _strangers(subsystems: Iterable[Subsystem], organisations: Organisations) -> Iterator[str]:
    for entry in subsystems:
        org = organisations.org(entry.organisation)
        if org is None:
            yield f"{entry.organisation} is none of the organisations"
        elif unknown := sorted(entry.systems - {*org.systems}):
            yield f"{unknown[0]} is none of the systems of {org.id}"
