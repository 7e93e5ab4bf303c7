"""A service account: its key pair, the file that an office downloads, and the tokens it gets for a signed assertion.

The assertion's `iat` and `exp` are read on the machine's clock, which wrote them (google-auth knows no other); the life
of a token is counted on the world's.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLES_AUDIENCE = "https://oauth2.googleapis.com/token"  # google-auth signs for this one wherever it goes
SCOPES = {
    "https://www.googleapis.com/auth/spreadsheets": "write",
    "https://www.googleapis.com/auth/drive": "write",
    "https://www.googleapis.com/auth/drive.file": "write",
    "https://www.googleapis.com/auth/spreadsheets.readonly": "read",
    "https://www.googleapis.com/auth/drive.readonly": "read",
}
LIFE = timedelta(seconds=3599)
_SKEW = 300  # seconds


class Refused(Exception):
    """The token endpoint's own error body; its HTTP status is 400."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


class Account:
    """`pem` None: a key pair is made when the file is first asked for, one for all accounts of this process."""

    def __init__(self, now: Callable[[], datetime], email: str, project: str, pem: str | None = None) -> None:
        self.email, self.project, self.key_id = email, project, secrets.token_hex(20)
        self._now, self._pem = now, pem
        self._tokens: dict[str, tuple[datetime, str]] = {}

    @property
    def pem(self) -> str:
        """The private key."""
        self._pem = self._pem or _made_key()
        return self._pem

    def change_key(self) -> None:
        """The key was deleted in the console: files made before are worth nothing, tokens live on."""
        _made_key.cache_clear()
        self._pem, self.key_id = None, secrets.token_hex(20)

    def forget_tokens(self) -> None:
        """Every token given so far is worth nothing."""
        self._tokens.clear()

    def write_file(self, path: Path, token_uri: str) -> Path:
        """The account's JSON, as the console gives it, with the stand-in's token endpoint."""
        quoted = self.email.replace("@", "%40")
        told = {
            "type": "service_account",
            "project_id": "rapruang-demo",
            "private_key_id": self.key_id,
            "private_key": self.pem,
            "client_email": self.email,
            "client_id": self.project,
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{quoted}",
            "universe_domain": "googleapis.com",
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(told, indent=2))
        return path

    def grant(self, form: Mapping[str, str], token_uri: str) -> dict[str, Any]:
        """A bearer token for a good assertion. Raises Refused."""
        if form.get("grant_type") != GRANT:
            raise Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        claims = self._verified(form.get("assertion", ""))
        if claims.get("aud") not in (token_uri, GOOGLES_AUDIENCE):
            raise Refused("invalid_grant", "Invalid JWT: Failed audience check.")
        issued, ends, now = claims.get("iat"), claims.get("exp"), time.time()
        if (
            not isinstance(issued, int)
            or not isinstance(ends, int)
            or not (now - 3600 - _SKEW < issued < now + _SKEW and now - _SKEW < ends <= issued + 3600)
        ):
            raise Refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        scopes = str(claims.get("scope", "")).split()
        if not scopes or not all(scope in SCOPES for scope in scopes):
            raise Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        token = "ya29.c." + secrets.token_urlsafe(60)
        right = "write" if "write" in {SCOPES[scope] for scope in scopes} else "read"
        self._tokens[token] = (self._now() + LIFE, right)
        return {"access_token": token, "expires_in": int(LIFE.total_seconds()), "token_type": "Bearer"}

    def right_of(self, token: str) -> str:
        """What a living token may do: "read" or "write"; "" if it is none of ours, or has died."""
        ends, right = self._tokens.get(token, (self._now(), ""))
        return right if self._now() < ends else ""

    def _verified(self, assertion: str) -> dict[str, Any]:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            head, body, signature = assertion.split(".")
            header, claims, signed = json.loads(_decoded(head)), json.loads(_decoded(body)), _decoded(signature)
        except (ValueError, binascii.Error):
            raise Refused("invalid_request", "Bad Request") from None
        if not isinstance(header, dict) or header.get("alg") != "RS256" or not isinstance(claims, dict):
            raise Refused("invalid_grant", "Invalid JWT Signature.")
        if claims.get("iss") != self.email:
            raise Refused("invalid_grant", "Invalid grant: account not found")
        key = load_pem_private_key(self.pem.encode(), None)
        assert isinstance(key, RSAPrivateKey)  # noqa: S101 - it is ours
        try:
            key.public_key().verify(signed, f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            raise Refused("invalid_grant", "Invalid JWT Signature.") from None
        return claims


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@cache
def _made_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
