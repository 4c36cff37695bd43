"""What the verifier of an export computes by itself is what the libraries of the engine compute."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from engine import values
from engine.history.merkle import Tree
from tests.engine.exporting import OFFLINE


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner)
                    | st.dictionaries(st.text(), inner), max_leaves=12))  # fmt: skip
def test_the_verifier_spells_values_as_the_record_does(value: Any) -> None:
    assert OFFLINE.canonical(value) == values.canonical(value)


@given(st.binary(max_size=300))
def test_sm3_in_plain_python_is_sm3(body: bytes) -> None:
    assert OFFLINE.sm3(body) == hashlib.new("sm3", body).digest()


def test_sm3_gives_the_example_of_the_standard() -> None:
    """GB/T 32905-2016, appendix A.1."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert OFFLINE.sm3(b"abc").hex() == expected


@pytest.mark.parametrize("size", [0, 1, 31, 200])
def test_signatures_are_checked_as_the_library_does(size: int) -> None:
    key, body = Ed25519PrivateKey.generate(), bytes(range(256))[:size]
    public, signature = key.public_key().public_bytes_raw(), key.sign(body)
    assert OFFLINE.signed(public, body, signature.hex())
    assert not OFFLINE.signed(public, body + b"x", signature.hex())
    assert not OFFLINE.signed(public, body, (signature[:-1] + bytes([signature[-1] ^ 1])).hex())
    assert not OFFLINE.signed(Ed25519PrivateKey.generate().public_key().public_bytes_raw(), body, signature.hex())
    assert not OFFLINE.signed(public, body, "none")


def test_signatures_of_the_standard_are_accepted() -> None:
    """RFC 8032 §7.1, test 2."""
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert OFFLINE.signed(bytes.fromhex(key), b"\x72", signature)


def test_a_proof_of_inclusion_is_checked_as_the_engine_does() -> None:
    for algorithm in ("sha256", "sm3"):
        for size in range(1, 20):
            leaves = [str(n).encode() for n in range(size)]
            tree = Tree(leaves, algorithm)
            for n in range(size):
                assert OFFLINE.included(leaves[n], n, size, tree.path(n), tree.root, algorithm)
                assert not OFFLINE.included(b"x", n, size, tree.path(n), tree.root, algorithm)
