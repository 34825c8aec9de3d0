"""The certificates by which a development instance and its made-up security server know each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from operate import certificates, examine
from operate.examine import examined_certificates
from services.gateway.xroad_tls import CERTIFICATE, CLIENTS, KEY


def test_certificates_are_made_once_and_their_keys_are_their_owners(tmp_path: Path) -> None:
    certificates.ensure(tmp_path)
    door, server = tmp_path / certificates.DOOR, tmp_path / certificates.SECURITY_SERVER
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    certificates.ensure(tmp_path)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == first
    assert (door / CLIENTS).read_bytes() == (server / CERTIFICATE).read_bytes() != (door / CERTIFICATE).read_bytes()
    assert {path.stat().st_mode & 0o777 for path in (door / KEY, server / KEY)} == {0o600}


def test_doctor_tells_a_month_before_a_certificate_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates.ensure(tmp_path)
    folder = tmp_path / certificates.DOOR
    ends = certificates.first_end(folder)

    assert ends > datetime.now(UTC) + 19 * timedelta(days=365)
    assert examined_certificates(folder).startswith("1 security servers may come by X-Road")
    monkeypatch.setattr(examine, "SOON", timedelta(days=21 * 365))
    with pytest.raises(examine.OperateError, match=f"ends on {ends:%d}"):
        examined_certificates(folder)
