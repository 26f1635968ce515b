"""An encoder that remembers: measuring the same sets again and again should not encode them again and again."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from chatbot.core.text import sha256
from chatbot.encoding.protocols import Encoder, Progress

KINDS = ("queries", "passages")  # a model may encode the same text differently for each


class CachedEncoder:
    """The vectors of `encoder`, kept in `folder` by fingerprint of the encoder, kind and hash of the text."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.fingerprint, self.tells_apart, self.export = encoder.fingerprint, encoder.tells_apart, None
        self._encoder = encoder
        self._files = {kind: folder / f"{encoder.fingerprint}-{kind}.npz" for kind in KINDS}
        self._known = {kind: _read(path) for kind, path in self._files.items()}
        folder.mkdir(parents=True, exist_ok=True)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encode("queries", texts, self._encoder.encode_queries)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        return self._encode("passages", texts, lambda missing: self._encoder.encode_passages(missing, progress))

    def _encode(self, kind: str, texts: Sequence[str], encode: Callable[[list[str]], np.ndarray]) -> np.ndarray:
        known = self._known[kind]
        by_key = {sha256(text.encode()): text for text in texts}
        missing = {key: text for key, text in by_key.items() if key not in known}
        if missing:
            known.update(zip(missing, encode(list(missing.values())), strict=True))
            _write(self._files[kind], known)
        return np.stack([known[sha256(text.encode())] for text in texts]) if texts else np.empty((0, 0), np.float32)


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.is_file():
        return {}
    with np.load(path) as arrays:
        return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))


def _write(path: Path, known: dict[str, np.ndarray]) -> None:
    """In one step: a run that is stopped meanwhile leaves the file as it was."""
    scratch = path.with_suffix(".writing.npz")
    np.savez(scratch, keys=np.array(list(known)), vectors=np.stack(list(known.values())))
    os.replace(scratch, path)
