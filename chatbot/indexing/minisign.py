"""Keys and signatures in the files of minisign, so that anybody can check with that tool what was signed here.

    minisign -G -W -p faq.pub -s faq.key     makes such a pair, as `pack --new-key faq.key` does
    minisign -V -p faq.pub -m PACK.json      checks PACK.json by PACK.json.minisig

A signature is Ed25519 of the BLAKE2b-512 of the data; a second one covers the first and the trusted comment. The only
door to `cryptography`; without it, all that is not signed goes on.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Any

from chatbot.core.errors import ArchiveRefused, UsageError
from chatbot.indexing.disk import read_bytes, sync_folder

_KEY, _PREHASHED, _UNLOCKED, _CHECKED = b"Ed", b"ED", b"\0\0", b"B2"  # algorithms, as minisign writes them
_ID, _PUBLIC, _SIGNATURE, _SECRET = 8, 32, 64, 158  # bytes
_BODY = 54  # where key id, secret key and checksum begin in a file of a secret key
_LIMIT = 4096  # bytes of any of these files
_COMMENT = "untrusted comment: "
_TRUSTED = "trusted comment: "


@dataclass(frozen=True, slots=True)
class PublicKey:
    id: bytes
    key: bytes

    def __str__(self) -> str:
        """As minisign prints it, such as RWQ..."""
        return base64.b64encode(_KEY + self.id + self.key).decode()


@dataclass(frozen=True, slots=True, repr=False)
class SecretKey:
    seed: bytes
    public: PublicKey


def make_key_pair(path: Path) -> PublicKey:
    """Writes a secret key that no password protects to `path`, for its owner alone, and the public one beside it, with
    ".pub" behind its name. UsageError where one of them is there, or cannot be written."""
    private = _ed25519().Ed25519PrivateKey.generate()
    public = PublicKey(token_bytes(_ID), private.public_key().public_bytes_raw())
    body = public.id + private.private_bytes_raw() + public.key
    checksum = hashlib.blake2b(_KEY + body, digest_size=32).digest()
    secret = base64.b64encode(_KEY + _UNLOCKED + _CHECKED + bytes(48) + body + checksum).decode()
    name = public.id[::-1].hex().upper()
    files = {
        path.with_name(f"{path.name}.pub"): (f"{_COMMENT}minisign public key {name}\n{public}\n", 0o644),
        path: (f"{_COMMENT}secret key {name} without a password\n{secret}\n", 0o600),
    }
    for file in files:
        if file.exists():
            raise UsageError(f"{file}: is there already; name a new file, so that no key is lost")
    for file, (text, mode) in files.items():
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="ascii") as written:
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
            sync_folder(file.parent)
        except OSError as error:
            raise UsageError(f"{file}: cannot be written ({error.strerror}); name another file") from None
    return public


def read_secret_key(path: Path) -> SecretKey:
    """UsageError where it is none, or a password protects it."""
    data = _decoded(_second_line(path), path)
    if data[:2] != _KEY or len(data) != _SECRET:
        raise UsageError(f"{path}: is not a secret key of minisign; make one: python -m chatbot pack --new-key FILE")
    if data[2:4] != _UNLOCKED:
        raise UsageError(
            f"{path}: is protected by a password, which nobody could type in a pipeline; make a key without one: "
            "python -m chatbot pack --new-key FILE, or minisign -G -W"
        )
    key_id, seed, public = data[_BODY : _BODY + _ID], data[_BODY + _ID :][:32], data[_BODY + _ID + 32 :][:_PUBLIC]
    # Minisign itself leaves out the checksum of a key that no password protects.
    if _ed25519().Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() != public:
        raise UsageError(f"{path}: is a damaged secret key; restore it, or make a new one")
    return SecretKey(seed, PublicKey(key_id, public))


def read_public_key(given: str) -> PublicKey:
    """`given`: the key itself, or a file of it. UsageError where it is neither, or nothing can be checked with it."""
    _ed25519()
    path = Path(given)
    text = given if given.startswith("RW") and len(given) == 56 else _second_line(path)
    data = _decoded(text, path)
    if data[:2] != _KEY or len(data) != 2 + _ID + _PUBLIC:
        raise UsageError(
            f"{given}: is not a public key of minisign; give the file FILE.pub, or its line that begins RW"
        )
    return PublicKey(data[2 : 2 + _ID], data[2 + _ID :])


def sign(data: bytes, key: SecretKey, comment: str) -> bytes:
    """A file of a signature. `comment`: one line, which is signed, too."""
    private = _ed25519().Ed25519PrivateKey.from_private_bytes(key.seed)
    signature = private.sign(hashlib.blake2b(data).digest())
    both = private.sign(signature + comment.encode())
    whole, second = (base64.b64encode(part).decode() for part in (_PREHASHED + key.public.id + signature, both))
    return f"{_COMMENT}signature by verbatim\n{whole}\n{_TRUSTED}{comment}\n{second}\n".encode()


def verify(data: bytes, signature: bytes, key: PublicKey, name: str) -> None:
    """ArchiveRefused where `signature`, a file of minisign, was not made of `data` with the other half of `key`.
    `name`: of what is signed, for the sentence."""
    module = _ed25519()
    with _refusing(f"{name}: its signature is damaged; fetch it again, or pack it again"):
        _, first, comment, second = signature.decode().removesuffix("\n").split("\n")
        whole, both = (base64.b64decode(line, validate=True) for line in (first, second))
        if not comment.startswith(_TRUSTED) or len(whole) != 2 + _ID + _SIGNATURE or whole[:2] != _PREHASHED:
            raise ValueError
    if whole[2 : 2 + _ID] != key.id:
        raise ArchiveRefused(f"{name}: is signed with another key than {key}; give its key, or sign it with yours")
    public = module.Ed25519PublicKey.from_public_bytes(key.key)
    with _refusing(f"{name}: is not what was signed with {key}; fetch it again, or pack it again"):
        public.verify(whole[2 + _ID :], hashlib.blake2b(data).digest())
        public.verify(both, whole[2 + _ID :] + comment.removeprefix(_TRUSTED).encode())


@contextmanager
def _refusing(sentence: str) -> Iterator[None]:
    from cryptography.exceptions import InvalidSignature

    try:
        yield
    except (InvalidSignature, ValueError):
        raise ArchiveRefused(sentence) from None


def _second_line(path: Path) -> str:
    """That of a key's file, which is all that counts; or its only one."""
    try:
        lines = read_bytes(path, _LIMIT).decode("utf-8", "replace").split("\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a file of a key") from None
    return lines[1 if lines[0].startswith(_COMMENT) and len(lines) > 1 else 0].strip()


def _decoded(line: str, path: Path) -> bytes:
    try:
        return base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise UsageError(
            f"{path}: is not a key of minisign; make a pair: python -m chatbot pack --new-key FILE"
        ) from None


def _ed25519() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise UsageError(
            "signatures need the package cryptography; install it: pip install cryptography==50.0.2"
        ) from None
    return ed25519
