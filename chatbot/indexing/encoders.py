"""The encoder that an index keeps beside its builds, so that whoever serves it needs neither torch nor the model.

    index/encoders/<fingerprint>/    as `chatbot/encoding/onnx.py` says

It is exported once, when the first build needs it, and deleted when no kept build does. A model that cannot be exported
is run by sentence-transformers; that is written down, too, and tried again with other versions of the libraries only.
"""

import contextlib
import dataclasses
import importlib.metadata
import logging
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.core.errors import EncoderError, IndexRefused, ModelMissing, NotExportable
from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256
from chatbot.encoding.export import export
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.models import AUTO, ENGLISH
from chatbot.encoding.onnx import FACTS, ExportedFacts, OnnxEncoder, read_facts, verified_facts
from chatbot.encoding.pool import EncoderPool
from chatbot.encoding.protocols import Encoder, Progress, loaded_once
from chatbot.encoding.sentence_transformers import SentenceTransformersEncoder, has_gpu, load_model
from chatbot.indexing.disk import make_folder, require_space, sync_file, sync_folder, write_durably
from chatbot.indexing.store import kept_manifests, read_manifest

UNFINISHED = "tmp-"
_WORTH_A_GPU = 2_000  # passages; encoding fewer takes less time than importing torch

_log = logging.getLogger("chatbot.encoders")


class KeptEncoder:
    """A model as `index` keeps it; run by sentence-transformers where `index` does not. Loaded when first used."""

    def __init__(self, index: Path, settings: BotSettings, fingerprint: str, pool: EncoderPool | None = None) -> None:
        """`fingerprint`: of the vectors that are wanted, see `fingerprint_of`. `pool`: where what it loads is shared
        with other indexes."""
        self.fingerprint = fingerprint
        self.index = index
        self._settings = settings
        self._pool = pool or EncoderPool()
        self._folder = index / "encoders" / fingerprint
        self._is_lacking = self._falls_back = False

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self._encoder.encode_queries(texts) if texts else np.empty((0, 0), np.float32)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        if not texts:
            return np.empty((0, 0), np.float32)
        return (self._on_gpu(len(texts)) or self._encoder).encode_passages(texts, progress)

    @property
    def tells_apart(self) -> bool:
        return self._encoder.tells_apart

    @property
    def export(self) -> "KeptEncoder":
        """Itself: see `Export`."""
        return self

    @property
    def is_lacking(self) -> bool:
        """Whether sentence-transformers runs it because the export is missing or damaged. Looks for it if nobody has.

        A model that cannot be exported lacks nothing.
        """
        return self._encoder is not None and self._is_lacking

    def suits(self, settings: BotSettings) -> bool:
        """Whether it runs as `settings` say, and not by sentence-transformers because there was no export."""
        return self._settings.backend == settings.backend and not self._falls_back

    @property
    def is_kept(self) -> bool:
        """Whether the index seems to hold it: the model itself is not read."""
        with contextlib.suppress(EncoderError):
            return bool(read_facts(self._folder))
        return False

    def keep(self, texts: Sequence[str]) -> None:
        """Exports the model into the index, tried on `texts`, unless it is there and whole. Call with `builder_lock`.

        EncoderError where that cannot be and nothing else gives the same vectors.
        """
        with contextlib.suppress(EncoderError):
            facts = verified_facts(self._folder)
            if facts.backend != "torch" or facts.tried_with == _versions():
                return
        model = self._model
        if self._settings.backend != "int8":
            model.require_device()  # a missing GPU is named at once
        _log.info("exporting the encoder (once for this index) ...")
        stage = self._folder.with_name(UNFINISHED + self.fingerprint)
        shutil.rmtree(stage, ignore_errors=True)
        try:
            make_folder(stage.parent)
            require_space(stage.parent, [model.size] * 3)  # as exported, fused, quantised
            self._export(model, texts, stage)
            move_in(stage, self._folder)
        except OSError as error:
            raise IndexRefused(
                f"{error.filename or stage}: cannot be written ({error.strerror}); the index that worked is unchanged"
            ) from None

    def _export(self, model: SentenceTransformersEncoder, texts: Sequence[str], stage: Path) -> None:
        """Into `stage`; where that cannot be, what says so."""
        try:
            export(model, self._settings.backend, self.fingerprint, texts, stage, self._settings.encoder)
        except ModelMissing as error:
            raise EncoderError(f"the model {self._settings.encoder} {error}") from error
        except NotExportable as error:
            if self._settings.backend == "int8":
                raise EncoderError(
                    f"the model {self._settings.encoder} {error}; correct `backend` in bot.toml"
                ) from error
            shutil.rmtree(stage)
            stage.mkdir()
            facts = ExportedFacts(self.fingerprint, "torch", trouble=str(error), tried_with=_versions())
            (stage / FACTS).write_text(facts.to_json(), encoding="utf-8")

    @loaded_once
    def _encoder(self) -> Encoder:
        try:
            facts = verified_facts(self._folder)
            if facts.backend != "torch":
                return self._pool.shared(OnnxEncoder(self._folder, facts), "onnxruntime")
            trouble = f"the model {self._settings.encoder} {facts.trouble}"
        except EncoderError as error:
            self._is_lacking = True
            there = (self._folder / FACTS).exists()
            trouble = str(error) if there else f"{self._folder}: there is no such encoder; build the index again"
        if self._settings.backend == "int8":
            raise EncoderError(trouble)
        try:
            model = self._model
        except ModelMissing:
            raise EncoderError(
                f"{trouble}; nor is the model here: copy the index whole, or install requirements.txt"
            ) from None
        _log.warning("warning: %s; it is run by sentence-transformers, which is slower", trouble)
        self._falls_back = True
        return model

    def _on_gpu(self, count: int) -> Encoder | None:
        """What encodes `count` passages on a GPU; None where the processor does, as always in int8."""
        device = self._settings.device
        if self._settings.backend == "int8" or device == "cpu":
            return None
        if device == "auto" and (count < _WORTH_A_GPU or not has_gpu()):
            return None
        return self._model

    @loaded_once
    def _model(self) -> SentenceTransformersEncoder:
        model = _pooled_model(self._settings, self._pool)
        if fingerprint_of(model, self._settings.backend) != self.fingerprint:
            raise EncoderError(
                f"the model {self._settings.encoder} is not the one that {self.index} was built with; "
                "build the index again"
            )
        return model


def encoder_of(
    index: Path, settings: BotSettings, fingerprint: str | None = None, pool: EncoderPool | None = None
) -> Encoder:
    """The encoder that `settings` name, as `index` keeps it; "auto" is that of the published build, or else English.

    `fingerprint`: that of a build made with these settings. Without it the model must be there, or the index must keep
    it. `pool`: of the encoders that are in use already.
    """
    pool = pool or EncoderPool()
    if settings.encoder == AUTO:  # what a corpus needs, `choosing.py` tells
        settings = dataclasses.replace(settings, encoder=published_name(index) or ENGLISH)
    if settings.encoder == "hashing":
        return HashingEncoder()
    if fingerprint is None or settings.backend == "torch":
        try:
            model = _pooled_model(settings, pool)
        except ModelMissing:
            fingerprint = _published(index, settings) or kept_as(index, settings.encoder, settings.backend)
            if fingerprint is None or settings.backend == "torch":
                raise
        else:
            if settings.backend == "torch":
                return model
            fingerprint = fingerprint_of(model, settings.backend)
    return KeptEncoder(index, settings, fingerprint, pool)


def _pooled_model(settings: BotSettings, pool: EncoderPool) -> SentenceTransformersEncoder:
    return pool.shared(load_model(settings.encoder, settings.device), "sentence-transformers", settings.device)


def install(index: Path, fingerprint: str, files: Mapping[str, bytes | memoryview]) -> None:
    """Keeps an encoder that was exported in another index. `files`: all of its folder there. Call with `builder_lock`.

    EncoderError where they are not whole or not of that fingerprint; IndexRefused where they cannot be written.
    """
    folder = index / "encoders" / fingerprint
    stage = folder.with_name(UNFINISHED + fingerprint)
    shutil.rmtree(stage, ignore_errors=True)
    try:
        make_folder(stage)
        require_space(stage, [len(data) for data in files.values()], "pull again")
        for name, data in files.items():
            write_durably(stage / name, data)
        facts = verified_facts(stage)
        if facts.fingerprint != fingerprint or {FACTS, *facts.files} != files.keys():
            raise EncoderError(f"{stage}: is not the encoder {fingerprint}; pack the index again")
        move_in(stage, folder)
    except OSError as error:
        raise IndexRefused(
            f"{error.filename or stage}: cannot be written ({error.strerror}); the index that worked is unchanged"
        ) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def move_in(stage: Path, folder: Path) -> None:
    """Puts what is whole in `stage` into the place of what is damaged or missing in `folder`, for good."""
    for path in stage.iterdir():
        sync_file(path)
    sync_folder(stage)
    shutil.rmtree(folder, ignore_errors=True)  # it is damaged
    stage.rename(folder)
    sync_folder(stage.parent)


def fingerprint_of(model: Encoder, backend: str) -> str:
    """Of the vectors that `model` gives when it is run as `backend`: in int8 they are others."""
    return sha256(f"{model.fingerprint} int8".encode())[:16] if backend == "int8" else model.fingerprint


def kept_encoders(index: Path) -> list[Path]:
    """The folders of those that `index` keeps."""
    folders = (path for path in (index / "encoders").glob("*") if path.is_dir())
    return sorted(path for path in folders if not path.name.startswith(UNFINISHED))


def wanted_encoder(manifest: Mapping[str, Any]) -> set[str]:
    """The fingerprint of the encoder that is to be kept for a build; none where it is run without an export."""
    name, backend = _made_with(manifest["settings"])
    return set() if name == "hashing" or backend in (None, "torch") else {manifest["encoder"]["fingerprint"]}


def how_run(index: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """How the encoder of a build is run, without loading it: `run_by` which library (None: it cannot be), and
    either how near its export is to the model, and its size in bytes, or the `reason` why there is none."""
    name, backend = _made_with(manifest["settings"])
    if name == "hashing":
        return {}
    run = {"backend": backend or "torch"}
    if not wanted_encoder(manifest):
        return {**run, "run_by": "sentence-transformers", "reason": 'backend = "torch"'}
    try:
        facts = verified_facts(index / "encoders" / manifest["encoder"]["fingerprint"])
    except EncoderError as error:
        return {**run, "run_by": None if backend == "int8" else "sentence-transformers", "reason": str(error)}
    if facts.backend == "torch":
        return {**run, "run_by": "sentence-transformers", "reason": f"the model {facts.trouble}"}
    size = sum(file["size"] for file in facts.files.values())
    cosines = {"least_cosine": facts.least_cosine, "mean_cosine": facts.mean_cosine}
    return {**run, "run_by": "onnxruntime", **cosines, "bytes": size}


def sweep(index: Path) -> None:
    """Deletes encoders that no kept build was made by, and what killed builders left. Call with the `builder_lock`."""
    with contextlib.suppress(OSError, IndexRefused):  # what is not known now is known after the next build
        used = {manifest["encoder"]["fingerprint"] for manifest in kept_manifests(index)}
        for folder in sorted((index / "encoders").iterdir()):
            if folder.name not in used and folder.is_dir():  # files are somebody else's
                shutil.rmtree(folder, ignore_errors=True)


def _versions() -> str:
    """Of what exports: another may succeed."""
    packages = ("torch", "transformers", "sentence-transformers", "onnx", "onnxruntime")
    versions = {d.name: d.version for name in packages for d in importlib.metadata.distributions(name=name)}
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


def _published(index: Path, settings: BotSettings) -> str | None:
    """The fingerprint of the published build if it was made with the same model and backend."""
    with contextlib.suppress(IndexRefused):
        manifest = read_manifest(index)
        if manifest and _made_with(manifest["settings"]) == _made_with(dataclasses.asdict(settings)):
            return str(manifest["encoder"]["fingerprint"])
    return None


def kept_as(index: Path, name: str, backend: str) -> str | None:
    """The fingerprint of the encoder of that name that `index` keeps, made use of or not; of several the newest."""
    found: list[tuple[float, str]] = []
    for folder in kept_encoders(index):
        with contextlib.suppress(EncoderError, OSError):
            facts = read_facts(folder)
            if (facts.name, facts.backend) == (name, backend):
                found.append(((folder / FACTS).stat().st_mtime, facts.fingerprint))
    return max(found)[1] if found else None


def published_name(index: Path) -> str:
    """The name of the encoder that made the published build; "" where there is none."""
    with contextlib.suppress(IndexRefused):
        manifest = read_manifest(index)
        return str(manifest["encoder"]["name"]) if manifest else ""
    return ""


def _made_with(settings: Mapping[str, Any]) -> tuple[Any, Any]:
    return settings.get("encoder"), settings.get("backend")
