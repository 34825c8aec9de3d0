"""Who is asking: by a signed token or by its security server, one organisation that takes part today."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Protocol

from starlette.requests import Request

from kernel.calendar import day_of
from kernel.decide import Actor
from kernel.disclosure import Viewer
from kernel.errors import Refused
from kernel.organisations import Organisations
from services.gateway.evidence import SecurityServers
from services.gateway.problem import header, refuse
from services.gateway.xroad import CLIENT, VOUCHED, client_of

REMEMBERED = 4_096
"""Tokens whose signature has been checked and need not be checked again for half a minute."""
SECONDS = 30.0


class Verified(Protocol):
    """What a verified token says."""

    @property
    def org(self) -> str: ...
    @property
    def user(self) -> str | None: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def expires(self) -> datetime: ...


class Verifier(Protocol):
    """Checks a token's signature and claims; Refused 401 says nothing about why."""

    def verify(self, token: str, now: datetime) -> Verified:
        """The principal of a good token. Tokens live in real time, whatever the instance's clock says."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """An organisation at the door, who speaks for it (itself, when it is a system), and what it is on this day.

    `systems` are those under whose source it may state; none named: any.
    """

    org: str
    user: str
    roles: frozenset[str]
    types: frozenset[str]
    systems: frozenset[str] = frozenset()

    @property
    def viewer(self) -> Viewer:
        """The caller as the disclosure gate knows it."""
        return Viewer(org=self.org, org_types=self.types, user=self.user, roles=self.roles)

    @property
    def actor(self) -> Actor:
        """The caller as decisions know it."""
        return Actor(org=self.org, user=self.user, roles=self.roles, display="")


@dataclass(slots=True)
class Access:
    """Authenticates callers. `real_time` answers the real instant, aware; `xroad` is None where nobody comes by it."""

    verifier: Verifier
    organisations: Organisations
    real_time: Callable[[], datetime] = lambda: datetime.now(UTC)
    xroad: SecurityServers | None = None
    _known: dict[bytes, tuple[datetime, Verified]] = field(default_factory=dict)

    def caller(self, request: Request, now: datetime) -> Caller:
        """The caller of a request; `now` is the instance's clock. 401 without a good token, 403 for a stranger."""
        if VOUCHED in request.scope:
            return self._through_xroad(request, day_of(now))
        verified = self._verify(_bearer(request))
        request.scope["polku.partner"] = verified.org
        return self.of(verified.org, verified.user or verified.org, verified.roles, day_of(now))

    def _through_xroad(self, request: Request, day: date) -> Caller:
        """The organisation that the security server vouches for; a token beside it says who in that organisation."""
        if self.xroad is None:
            raise _not_authenticated()
        agreed = self.xroad.subsystems.of(client_of(header(request, CLIENT)))
        org = request.scope["polku.partner"] = agreed.organisation
        found = self.of(org, org, frozenset(), day)
        if header(request, b"authorization"):
            verified = self._verify(_bearer(request))
            if verified.org != org:
                raise refuse(403, "other_organisation", "the token is of another organisation than the X-Road client")
            found = self.of(org, verified.user or org, verified.roles, day)
        return replace(found, systems=agreed.systems) if agreed.systems else found

    def of(self, org: str, user: str, roles: frozenset[str], day: date) -> Caller:
        """An organisation as it stands on a day; 403 when it takes no part then."""
        types = self.organisations.types_at(org, day)
        if not types:
            raise refuse(403, "organisation", "this organisation takes no part at present")
        return Caller(org, user, roles, types)

    def _verify(self, token: str) -> Verified:
        now = self.real_time()
        name = hashlib.sha256(token.encode()).digest()
        hit = self._known.get(name)
        if hit and (now - hit[0]).total_seconds() < SECONDS and now < hit[1].expires:
            return hit[1]
        try:
            verified = self.verifier.verify(token, now)
        except Refused as error:
            raise _not_authenticated() from error
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[name] = (now, verified)
        return verified


def _bearer(request: Request) -> str:
    scheme, _, token = header(request, b"authorization").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > 8_192 or not token.isascii():
        raise _not_authenticated()
    return token


def _not_authenticated() -> Refused:
    challenge = {"WWW-Authenticate": 'Bearer realm="polku"'}
    rejected = refuse(401, "token", "send Authorization: Bearer with a valid token")
    rejected.headers |= challenge
    return rejected
