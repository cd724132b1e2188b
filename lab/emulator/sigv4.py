"""AWS Signature Version 4, the receiving side, over the bytes as they came. No I/O.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = ("UNSIGNED-PAYLOAD", "STREAMING-")
SKEW = datetime.timedelta(minutes=15)


@dataclass(frozen=True)
class Signature:
    """What a request claims: who signed it (`access_key_id`, `token`), for what scope, when, and which headers are covered."""

    access_key_id: str
    scope: str
    signed_headers: tuple[str, ...]
    signature: str
    date: str
    token: str | None
    expires_seconds: int | None

    @property
    def service(self) -> str:
        return self.scope.split("/")[2]

    @property
    def region(self) -> str:
        return self.scope.split("/")[1]


def parse_query(query: str) -> list[tuple[str, str]]:
    """Name and value pairs as sent, still encoded."""
    return [tuple(part.partition("=")[::2]) for part in query.split("&") if part]


def parse_signature(headers: Mapping[str, str], query: str) -> Signature | None:
    """The signature of a request, from its header or from a presigned query; None when there is none.

    `headers` has lower-case names.
    """
    authorization = headers.get("authorization", "")
    parameters = {unquote(name): unquote(value) for name, value in parse_query(query)}
    if authorization.startswith(ALGORITHM):
        found = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]+)", authorization))
        date, token, expires = headers.get("x-amz-date", ""), headers.get("x-amz-security-token"), None
    elif parameters.get("X-Amz-Algorithm") == ALGORITHM:
        found = {name: parameters.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
        date, token = parameters.get("X-Amz-Date", ""), parameters.get("X-Amz-Security-Token")
        expires = int(parameters["X-Amz-Expires"]) if parameters.get("X-Amz-Expires", "").isdecimal() else 0
    else:
        return None
    key, _, scope = found.get("Credential", "").partition("/")
    if scope.count("/") != 3 or "Signature" not in found:
        return None
    return Signature(key, scope, tuple(found.get("SignedHeaders", "").split(";")), found["Signature"], date, token, expires)


def is_current(signature: Signature, now: datetime.datetime) -> bool:
    """Whether the date of a signature is within 15 minutes of `now`, or a presigned one not yet over."""
    try:
        date = datetime.datetime.strptime(signature.date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        return False
    if signature.expires_seconds is not None:
        return date - SKEW <= now <= date + datetime.timedelta(seconds=signature.expires_seconds)
    return abs(now - date) <= SKEW


def canonical_query(query: str) -> str:
    """Sorted and encoded once, whatever the client encoded: `%2F` stays `%2F`."""
    pairs = [(quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")) for name, value in parse_query(query)]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs) if name != "X-Amz-Signature")


def payload_hash(signature: Signature, headers: Mapping[str, str], body: bytes) -> str:
    """What the signature says of the body: its hash, or that the body is not covered as a whole."""
    if signature.expires_seconds is not None and signature.service == "s3":
        return "UNSIGNED-PAYLOAD"
    declared = headers.get("x-amz-content-sha256", "")
    return declared if declared.startswith(UNSIGNED) else hashlib.sha256(body).hexdigest()


def calculate(signature: Signature, secret: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> str:
    """The signature that the holder of `secret` would have made for this request; `path` and `query` as sent."""
    # S3 signs the path as it is sent; every other service encodes it once more.
    uri = path if signature.service == "s3" else quote(path, safe="/-_.~")
    covered = "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in signature.signed_headers)
    request = "\n".join(
        (method, uri, canonical_query(query), covered, ";".join(signature.signed_headers), payload_hash(signature, headers, body))
    )
    text = "\n".join((ALGORITHM, signature.date, signature.scope, hashlib.sha256(request.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in signature.scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def matches(signature: Signature, secret: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature is that of `secret`, compared in constant time."""
    return hmac.compare_digest(calculate(signature, secret, method, path, query, headers, body), signature.signature)
