"""How often an organisation may ask: a bucket for bursts and a day's quota, told in every answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from kernel.errors import Again, Unavailable
from services.gateway.problem import Rejected, refuse


@dataclass(frozen=True, slots=True)
class Quota:
    """`burst` requests at once, `rate` more each second, and never over `daily` within 24 hours."""

    burst: int
    rate: float
    daily: int

    @property
    def policy(self) -> str:
        """The RateLimit-Policy header."""
        return f'"burst";q={self.burst};w={ceil(self.burst / self.rate)},"daily";q={self.daily};w=86400'


RESOLVE = Quota(burst=600, rate=10, daily=20_000)
"""Guessing codes at this rate meets one of some five million living people's codes only by chance."""

WORK = Quota(burst=2_000, rate=20, daily=50_000)
"""Intents, claims, renewals and releases together: each is kept for ever, and asking at will about many persons is not
work. A whole municipality's people asking at once, and again after an outage, stay far below.
"""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    day: float
    used: int = 0


@dataclass(slots=True)
class Limiter:
    """One quota, kept per organisation in this process. `clock` counts seconds and never goes back."""

    quota: Quota
    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, who: str) -> dict[str, str]:
        """Count one request and answer the RateLimit headers; Refused 429 when there is nothing left."""
        now, quota = self.clock(), self.quota
        bucket = self._buckets.setdefault(who, _Bucket(quota.burst, now, now))
        bucket.left = min(quota.burst, bucket.left + (now - bucket.at) * quota.rate)
        bucket.at = now
        if now - bucket.day >= 86_400:
            bucket.day, bucket.used = now, 0
        if bucket.used >= quota.daily:
            raise self._refused("daily", ceil(bucket.day + 86_400 - now))
        if bucket.left < 1:
            raise self._refused("burst", max(1, ceil((1 - bucket.left) / quota.rate)))
        bucket.left -= 1
        bucket.used += 1
        return {"RateLimit-Policy": quota.policy, "RateLimit": f'"burst";r={int(bucket.left)};t=1'}

    @contextmanager
    def counted(self, who: str) -> Iterator[Mapping[str, str]]:
        """One request of an organisation; refusals carry the headers too; what could not be served counts nothing."""
        headers = self.take(who)
        try:
            yield headers
        except (Unavailable, Again):
            bucket = self._buckets[who]
            bucket.left, bucket.used = bucket.left + 1, max(0, bucket.used - 1)
            raise
        except Rejected as error:
            error.headers = {**headers, **error.headers}
            raise

    def _refused(self, policy: str, seconds: int) -> Exception:
        rejected = refuse(429, "quota", f"the {policy} quota is used up; try again in {seconds} s")
        rejected.headers |= {
            "Retry-After": str(seconds),
            "RateLimit-Policy": self.quota.policy,
            "RateLimit": f'"{policy}";r=0;t={seconds}',
        }
        rejected.more["violated-policies"] = [policy]
        return rejected
