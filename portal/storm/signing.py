"""The signature of a storm kit: Ed25519, made with a key of this Signpost, checked with its public half."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# The last line of the file. It is a comment to a browser; everything before it is what was signed.
_LAST = re.compile(rb"\n<!-- signpost-storm-kit 1 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==) -->\n\Z")


class NotSigned(Exception):
    """The file has no signature of a storm kit at its end: it is something else, or was cut or added to."""


class OtherKey(Exception):
    """The file was signed with another key: another Signpost, or this one before its secret key was changed."""


class Changed(Exception):
    """The file is not what was signed."""


def signing_key(secret_key: str) -> Ed25519PrivateKey:
    """The key of this Signpost. It follows from the secret key, so it is backed up with it and shared by servers."""
    return Ed25519PrivateKey.from_private_bytes(
        hmac.digest(secret_key.encode(), b"signpost storm kit 1", sha256)
    )


def public_words(key: Ed25519PublicKey) -> str:
    """The public key as 64 hexadecimal digits, for a page and for the command line."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def public_key(words: str) -> Ed25519PublicKey:
    """The public key from its 64 digits. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(words))


def signed(body: bytes, key: Ed25519PrivateKey) -> bytes:
    """The file with its signature as the last line. The same file and key always give the same bytes."""
    name = _name_of(key.public_key())
    return body + f"\n<!-- signpost-storm-kit 1 {name} {b64encode(key.sign(body)).decode()} -->\n".encode()


def checked(body: bytes, key: Ed25519PublicKey) -> bytes:
    """What was signed, if it is what we signed. Raises NotSigned, OtherKey or Changed."""
    last = _LAST.search(body, max(0, len(body) - 256))
    if last is None:
        raise NotSigned
    if last[1].decode() != _name_of(key):
        raise OtherKey
    try:
        key.verify(b64decode(last[2], validate=True), body[: last.start()])
    except (InvalidSignature, NotBase64):
        raise Changed from None
    return body[: last.start()]


def _name_of(key: Ed25519PublicKey) -> str:
    """Sixteen digits that tell keys apart; they prove nothing by themselves."""
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
