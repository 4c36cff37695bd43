"""The key that signs seals and exports: Ed25519 (RFC 8032), made at set-up, its public part for all to compare."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: Name of the signature in seals and manifests.
SIGNING = "ed25519"

_FILE = "seal-key.pem"
_KNOWN = "known-keys"


class PublicKey:
    """What everybody may know of a key."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._key = Ed25519PublicKey.from_public_bytes(raw)

    @classmethod
    def of(cls, pem: str) -> PublicKey:
        """The key in a PEM text; raises ValueError where it holds no Ed25519 key."""
        key = serialization.load_pem_public_key(pem.encode())
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("no Ed25519 key")
        return cls(key.public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the 32 bytes of the key: what auditors write down and compare."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def pem(self) -> str:
        """The key as other programs read it (RFC 8410)."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key.public_bytes(serialization.Encoding.PEM, form).decode()

    def signed(self, body: bytes, signature: str) -> bool:
        """True where *signature* (hexadecimal) is this key's over *body*."""
        try:
            self._key.verify(bytes.fromhex(signature), body)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private key of an installation; it never leaves the data folder."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(
            key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        )

    def sign(self, body: bytes) -> str:
        """The signature over *body*, in hexadecimal."""
        return self._key.sign(body).hex()


def signing_key(data: Path) -> SigningKey:
    """The key in the data folder, made where there is none; raises ValueError where the file holds no such key."""
    path = data / _FILE
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} holds no Ed25519 key")
    return SigningKey(key)


def know(data: Path, pem: str) -> None:
    """Remembers the public key of the installation from which this one was restored: its seals stay valid."""
    key = PublicKey.of(pem)
    folder = data / _KNOWN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key.fingerprint}.pem").write_text(key.pem)


def known(data: Path) -> dict[str, PublicKey]:
    """The keys whose seals are this installation's, by fingerprint: its own first, then earlier ones."""
    found = [signing_key(data).public]
    found += [PublicKey.of(path.read_text()) for path in sorted((data / _KNOWN).glob("*.pem"))]
    return {key.fingerprint: key for key in found}


def grouped(fingerprint: str) -> str:
    """The fingerprint as people compare it: groups of four."""
    return " ".join(fingerprint[n : n + 4] for n in range(0, len(fingerprint), 4))


def _make(path: Path) -> None:
    body = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Files of mkstemp are the owner's alone (0600) from the first byte on.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    # A link never replaces: of two processes that begin at once, the first one's key stays.
    with suppress(FileExistsError):
        os.link(temporary, path)
    os.unlink(temporary)
