"""The built-in issuer of a development instance: tokens for organisations' systems and their people."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from kernel.settings import SettingsError

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "polku"
DEVELOPMENT = "polku-development"
LONGEST_LIFE = timedelta(hours=12)


class Issuer:
    """The built-in issuer of a development instance. Its file holds the private key and is never printed."""

    def __init__(self, name: str, key: ECKey, kid: str) -> None:
        self._name, self._key, self._kid = name, key, kid

    @staticmethod
    def create(path: Path) -> None:
        """Make the file (owner only) when there is none; an existing one is left alone."""
        key = ECKey.generate_key("P-256", private=True)
        content = {
            "iss": DEVELOPMENT,
            "aud": AUDIENCE,
            "keys": [{**key.as_dict(private=True), "kid": key.thumbprint()}],
        }
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w") as file:
            json.dump(content, file)

    @classmethod
    def from_file(cls, path: Path) -> Issuer:
        """Read the private key; SettingsError when the file has none."""
        name, _, keys = keys_of(path)
        for kid, key in keys.items():
            if key.is_private:
                return cls(name, key, kid)
        raise SettingsError(f"POLKU_ISSUER: {path.name}: keys: there is no private key to sign with")

    def mint(
        self,
        org: str,
        *,
        now: datetime,
        user: str | None = None,
        roles: Iterable[str] = (),
        valid: timedelta = LONGEST_LIFE,
    ) -> str:
        """A token for an organisation's system, or for one of its people. `now` is the real time."""
        claims: dict[str, Any] = {
            "iss": self._name,
            "aud": AUDIENCE,
            "sub": user or org,
            "org": org,
            "roles": sorted(roles),
            "iat": int(now.timestamp()),
            "exp": int((now + valid).timestamp()),
        }
        if user is not None:
            claims["user"] = user
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._kid}
        return jws.serialize_compact(header, json.dumps(claims).encode(), self._key, [ALGORITHM])


def keys_of(path: Path) -> tuple[str, str, dict[str, ECKey]]:
    """Issuer, audience and keys of a file; SettingsError says what is wrong with it, never what stands in it."""
    try:
        content = json.loads(path.read_text())
        keys = {jwk["kid"]: ECKey.import_key(jwk) for jwk in content["keys"]}
        if not keys or any(jwk.get("crv") != "P-256" for jwk in content["keys"]):
            raise ValueError("keys: EC keys on P-256, each with a kid, are needed")
        return str(content["iss"]), str(content["aud"]), keys
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        # Not the error's own words: they could hold a part of a key.
        raise SettingsError(f"POLKU_ISSUER: {path.name}: not a file of iss, aud and keys") from error
