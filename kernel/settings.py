"""What a process must be told to run: one frozen set of `POLKU_*` settings, checked before anything starts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "POLKU_"
REMEMBERED = 1_200_000
"""Facts of persons that a worker keeps in memory, over all its lanes: about 1.5 GiB."""


class SettingsError(Exception):
    """A setting is missing or wrong; the message names the variable and the rule."""


class Settings(BaseModel):
    """Settings of one process; every field is the environment variable `POLKU_<FIELD>`.

    `database` is `host:port/name`; the password of a role comes from the JSON file `secrets` (role → password).
    `port_xroad` (0: none) is where security servers connect, `xroad_tls` the folder of the certificates for it.
    `profile` development accepts test identity codes and has a built-in token issuer; production refuses both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Literal["development", "production"] = "production"
    state: Path = Path(".polku")
    database: str
    secrets: Path
    kms: Path
    issuer: Path
    organisations: Path = Path("deploy/organisations.toml")
    policy: Path = Path("deploy/disclosure.toml")
    topics: Path = Path("deploy/topics.toml")
    subsystems: Path = Path("deploy/xroad.toml")
    kafka: str = ""
    carrier: Literal["kafka", "journal"] = "kafka"
    role: str = "polku"
    instance: int = 1
    host: str = "127.0.0.1"
    port_door: int = 0
    port_console: int = 0
    port_metrics: int = 0
    port_xroad: int = 0
    xroad_tls: str = ""
    smtp: str = ""
    mail_from: str = "polku@localhost"
    public_url: str = "http://127.0.0.1"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    far_behind: int = Field(default=20_000, ge=1)
    facts_in_memory: int = Field(default=REMEMBERED, ge=0)
    session_timeout: float = Field(default=10.0, gt=0)

    def dsn(self, role: str) -> str:
        """Address with the password of one database role; it must never be logged."""
        passwords = json.loads(self.secrets.read_text())
        if role not in passwords:
            raise SettingsError(f"POLKU_SECRETS: the file has no password for the role {role}")
        return f"postgresql://{role}:{quote(passwords[role])}@{self.database}"

    def to_environment(self) -> dict[str, str]:
        """The same settings as environment variables for a child process."""
        return {PREFIX + name.upper(): str(value) for name, value in self.model_dump().items()}


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the `POLKU_*` variables; an unknown, missing or wrong one is named in SettingsError."""
    given = {k[len(PREFIX) :].lower(): v for k, v in environment.items() if k.startswith(PREFIX)}
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("; ".join(lines)) from error
