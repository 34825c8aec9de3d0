"""Tokens: a good one names its organisation, and every known trick is answered with 401 and nothing more."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from kernel.errors import Refused
from kernel.settings import SettingsError
from services.gateway.tokens import Principal, Verifier
from services.issuer import Issuer

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
ORG = "1710128-9"
SECOND = int(NOW.timestamp())
CLAIMS: dict[str, Any] = {"iss": "polku-development", "aud": "polku", "sub": ORG, "org": ORG, "exp": SECOND + 3600}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("issuer") / "issuer.json"
    Issuer.create(path)
    return path


@pytest.fixture(scope="module")
def key(file: Path) -> dict[str, str]:
    jwk: dict[str, str] = json.loads(file.read_text())["keys"][0]
    return jwk


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(jwk: dict[str, str], payload: bytes, header: bytes | None = None) -> str:
    """A token with any bytes in it and a right signature."""
    given = header or json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": jwk["kid"]}).encode()
    text = f"{b64(given)}.{b64(payload)}"
    algorithm: Any = jws.JWSRegistry.algorithms["ES256"]
    return f"{text}.{b64(algorithm.sign(text.encode(), ECKey.import_key(jwk)))}"


def rejected(file: Path, token: str, now: datetime = NOW) -> bool:
    with pytest.raises(Refused) as refused:
        Verifier.from_file(file).verify(token, now)
    return refused.value.status == 401 and [p.code for p in refused.value.problems] == ["token"]


def test_a_token_says_who_speaks_and_until_when(file: Path) -> None:
    token = Issuer.from_file(file).mint(ORG, now=NOW, user="w-1", roles=["own_worker", "officer"])

    found = Verifier.from_file(file).verify(token, NOW)

    assert found == Principal(ORG, "w-1", frozenset({"own_worker", "officer"}), NOW + timedelta(hours=12))


def test_a_token_of_a_system_names_no_person(file: Path) -> None:
    found = Verifier.from_file(file).verify(Issuer.from_file(file).mint(ORG, now=NOW), NOW + timedelta(hours=11))

    assert (found.user, found.roles) == (None, frozenset())


def test_a_token_ends_with_its_last_second(file: Path, key: dict[str, str]) -> None:
    token = signed(key, json.dumps(CLAIMS).encode())

    assert Verifier.from_file(file).verify(token, NOW + timedelta(seconds=3599)).org == ORG
    assert rejected(file, token, NOW + timedelta(seconds=3600))


@pytest.mark.parametrize(
    "change",
    [
        *({"exp": None}, {"exp": "9999999999"}, {"exp": True}, {"exp": SECOND + 3600.0}, {"exp": SECOND - 1}),
        *({"exp": SECOND + 12 * 3600 + 61}, {"exp": 2**53 - 1}, {"exp": -1}, {"exp": [SECOND + 9]}),
        *({"iat": SECOND + 61}, {"nbf": SECOND + 61}, {"iat": "x"}, {"nbf": None}, {"iat": 1.5}),
        *({"aud": ["polku"]}, {"aud": "polku2"}, {"aud": "polk"}, {"aud": None}, {"iss": "polku-development/"}),
        *({"iss": None}, {"iss": ["polku-development"]}, {"org": "1710128-8"}, {"org": None}, {"org": [ORG]}),
        *({"sub": None}, {"sub": ""}, {"sub": "a\0"}, {"sub": 5}, {"user": ""}, {"user": 5}, {"user": "a\nb"}),
        *({"user": "010594Y9032"}, {"user": "anna 010594y9032"}, {"roles": ["010594-9032"]}),
        *({"roles": "officer"}, {"roles": [1]}, {"roles": {"a": 1}}, {"roles": ["a\0"]}),
    ],
    ids=str,
)
def test_a_claim_that_is_not_exactly_right_is_refused(file: Path, key: dict[str, str], change: dict[str, Any]) -> None:
    assert rejected(file, signed(key, json.dumps({**CLAIMS, **change}).encode()))


def test_clocks_may_lie_a_minute_apart(file: Path, key: dict[str, str]) -> None:
    claims = {**CLAIMS, "iat": SECOND + 60, "nbf": SECOND + 60}

    assert Verifier.from_file(file).verify(signed(key, json.dumps(claims).encode()), NOW).org == ORG


@pytest.mark.parametrize(
    "odd",
    [
        *(
            b'"sub":"x",',
            b'"org":"1710128-9",',
            b'"\\u006frg":"1710128-9",',
            b'"x":NaN,',
            b'"exp":1e400,',
            b'"x":1e400,',
        ),
        *(b'"x":"\\u0000",', b'"\\u0000":1,'),
    ],
)
def test_claims_that_two_readers_would_read_differently_are_refused(
    file: Path, key: dict[str, str], odd: bytes
) -> None:
    payload = json.dumps(CLAIMS).encode()

    assert rejected(file, signed(key, payload[:1] + odd + payload[1:]))


@pytest.mark.parametrize(
    "change",
    [
        *({"alg": "none"}, {"alg": "nOnE"}, {"alg": "HS256"}, {"alg": "ES384"}, {"alg": None}, {"alg": ["ES256"]}),
        *({"typ": "JWT"}, {"typ": None}, {"kid": "other"}, {"kid": ["x"]}, {"kid": None}, {"b64": False}),
        *(
            {"crit": ["exp"]},
            {"jku": "https://evil.example/"},
            {"x5u": "https://evil.example/"},
            {"x5c": []},
            {"cty": "JWT"},
        ),
    ],
    ids=str,
)
def test_a_header_that_is_not_exactly_ours_is_refused(file: Path, key: dict[str, str], change: dict[str, Any]) -> None:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key["kid"], **change}

    assert rejected(file, signed(key, json.dumps(CLAIMS).encode(), json.dumps(header).encode()))


def test_a_header_that_stands_twice_is_refused(file: Path, key: dict[str, str]) -> None:
    header = b'{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"%s"}' % key["kid"].encode()

    assert rejected(file, signed(key, json.dumps(CLAIMS).encode(), header))


def test_a_key_that_comes_with_the_token_is_not_believed(file: Path, key: dict[str, str]) -> None:
    own = ECKey.generate_key("P-256", private=True)
    own_jwk = {**own.as_dict(private=True), "kid": key["kid"]}
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key["kid"]}
    payload = json.dumps(CLAIMS).encode()

    assert rejected(file, signed(own_jwk, payload))  # type: ignore[arg-type]  # a JWK holds texts
    with_key = json.dumps({**header, "jwk": own.as_dict(private=False)}).encode()
    assert rejected(file, signed(own_jwk, payload, with_key))  # type: ignore[arg-type]  # a JWK holds texts


def test_the_public_key_as_a_shared_secret_is_refused(file: Path, key: dict[str, str]) -> None:
    public = OctKey.import_key(json.dumps({k: key[k] for k in ("kty", "crv", "x", "y")}))
    header = {"alg": "HS256", "typ": "at+jwt", "kid": key["kid"]}

    assert rejected(file, jws.serialize_compact(header, json.dumps(CLAIMS).encode(), public, ["HS256"]))


def test_a_token_of_another_form_is_refused(file: Path, key: dict[str, str]) -> None:
    good = signed(key, json.dumps(CLAIMS).encode())
    first, second, last = good.split(".")
    flipped = last[:-2] + ("A" if last[-2] != "A" else "B") + last[-1]

    for token in (
        *("", "..", "a.b", "a.b.c", "ä.b.c", good + ".x", good + "=", good + "\n", " " + good, f"{first}.{second}."),
        *(f"{first}.{second}.{flipped}", f"{first}.{second[:-2]}.{last}", f"{second}.{first}.{last}", "a" * 9_000),
        *(signed(key, b"[]"), signed(key, b""), signed(key, b"{"), signed(key, b"[" * 500), f"{first}..{last}"),
    ):
        assert rejected(file, token)


def test_the_issuers_file_is_its_owners_alone_and_made_once(file: Path) -> None:
    before = file.read_bytes()
    Issuer.create(file)

    assert file.read_bytes() == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_production_refuses_the_development_issuer_and_private_keys(file: Path, tmp_path: Path) -> None:
    content = json.loads(file.read_text())
    private, public = tmp_path / "private.json", tmp_path / "public.json"
    private.write_text(json.dumps({**content, "iss": "https://id.example"}))
    jwk = {k: v for k, v in content["keys"][0].items() if k != "d"}
    public.write_text(json.dumps({**content, "iss": "https://id.example", "keys": [jwk]}))

    for path in (file, private):
        with pytest.raises(SettingsError, match="POLKU_ISSUER"):
            Verifier.from_file(path, production=True)
    assert Verifier.from_file(public, production=True)
    with pytest.raises(SettingsError, match="private key"):
        Issuer.from_file(public)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"iss":"a","aud":"b","keys":[]}', '{"keys":[{"kty":"oct"}]}']
)
def test_a_broken_issuers_file_is_named_without_its_content(tmp_path: Path, content: str) -> None:
    path = tmp_path / "issuer.json"
    path.write_text(content)

    with pytest.raises(SettingsError, match=r"POLKU_ISSUER: issuer\.json"):
        Verifier.from_file(path)
