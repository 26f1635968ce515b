"""Archives for the tests: honest ones of a small index with an encoder, and forged ones."""

import json
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.core.text import sha256
from chatbot.encoding.onnx import FACTS, ExportedFacts, digest
from chatbot.indexing.format import FILES
from chatbot.indexing.minisign import SecretKey, sign
from chatbot.indexing.store import builder_lock, publish, read_build

FINGERPRINT, ANOTHER = "0123456789abcdef", "fedcba9876543210"
Parts = list[tuple[str, bytes]]  # name and content of what follows PACK.json and its signature


def with_encoder(index: Path) -> Path:
    """`index` with its build published once more, as if a model had made it: with an encoder, of which only the hashes
    are right."""
    stored = read_build(index)
    settings = {**stored.manifest["settings"], "encoder": "default", "backend": "fp32"}
    keep_encoder(index)
    facts = {
        **{key: value for key, value in stored.manifest.items() if key not in ("files", "format")},
        "settings": settings,
        "encoder": {"name": "default", "fingerprint": FINGERPRINT},
    }
    with builder_lock(index):
        publish(index, dict(stored.files), facts)
    return index


def keep_encoder(index: Path, fingerprint: str = FINGERPRINT) -> Path:
    folder = index / "encoders" / fingerprint
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(fingerprint.encode() * 100)
    (folder / "tokenizer.json").write_bytes(b"{}")
    files = {name: digest(folder / name) for name in ("model.onnx", "tokenizer.json")}
    (folder / FACTS).write_text(ExportedFacts(fingerprint, "fp32", files=files).to_json())
    return folder


def next_build(index: Path, number: int, fingerprint: str = "") -> str:
    """Publishes the build once more, with answers that say the number. `fingerprint`: of another encoder."""
    stored = read_build(index)
    files = dict(stored.files)
    for name in (FILES.entries, FILES.passages):
        before = bytes(files[name])
        mark = b"Flakes," if b"Flakes," in before else b"Flakes of build"
        start = before.index(mark)
        comma = before.index(b",", start)
        old = before[start : comma + 1]
        files[name] = before.replace(old, f"Flakes of build {number},".encode())
    facts = {key: value for key, value in stored.manifest.items() if key not in ("files", "format")}
    if fingerprint:
        keep_encoder(index, fingerprint)
        facts["encoder"] = {"name": "default", "fingerprint": fingerprint}
    with builder_lock(index):
        return publish(index, files, facts)


def copied(index: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(index, to))


def tree(index: Path) -> dict[str, bytes]:
    """Every file of an index but its lock, and what has a name of something that is made."""
    paths = (path for path in index.rglob("*") if path.is_file() or "tmp" in path.name)
    names = {str(path.relative_to(index)): path for path in paths if path.name != "LOCK"}
    return {name: path.read_bytes() if path.is_file() else b"" for name, path in names.items()}


@dataclass
class Forged:
    """An archive taken apart, to be changed and put together again."""

    contents: dict[str, Any]
    signature: bytes
    parts: Parts

    @staticmethod
    def of(archive: Path) -> "Forged":
        with tarfile.open(archive) as tar:
            members = [(member.name, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]
        (_, contents), *parts = members
        signature = parts.pop(0)[1] if parts[0][0].endswith(".minisig") else b""
        return Forged(json.loads(contents), signature, parts)

    def part(self, name: str) -> bytes:
        return dict(self.parts)[name]

    def replace(self, name: str, data: bytes) -> None:
        """Another content of a file; what tells of it says what it said."""
        self.parts = [(own, data if own == name else content) for own, content in self.parts]

    def agree(self) -> None:
        """Manifest and PACK.json tell of what is there now, as if the archive had been packed so."""
        manifest = json.loads(self.part("build/MANIFEST.json"))
        own = {name.removeprefix("build/"): data for name, data in self.parts if name.startswith("build/")}
        del own[FILES.manifest]
        manifest["files"] = {name: {"size": len(data), "sha256": sha256(data)} for name, data in own.items()}
        self.replace("build/MANIFEST.json", json.dumps(manifest).encode())
        self.list_parts()

    def list_parts(self) -> None:
        digest = sha256(self.part("build/MANIFEST.json"))
        self.contents["manifest_sha256"] = digest
        self.contents["build"] = f"b-000099-{digest[:6]}"
        self.contents["files"] = [{"name": n, "size": len(d), "sha256": sha256(d)} for n, d in self.parts]

    def resign(self, key: SecretKey) -> None:
        self.signature = sign(self.contents_json(), key, "timestamp:1")

    def contents_json(self) -> bytes:
        return json.dumps(self.contents, indent=1).encode()

    def to_bytes(self, headers: Mapping[str, Mapping[str, Any]] | None = None) -> bytes:
        """`headers`: what headers of some parts say beside name and size."""
        small = [("PACK.json", self.contents_json()), ("PACK.json.minisig", self.signature)]
        members = [*(pair for pair in small if pair[1]), *self.parts]
        return b"".join(block(name, data, (headers or {}).get(name, {})) for name, data in members) + bytes(1024)


def block(name: str, data: bytes, header: Mapping[str, Any]) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in header.items():
        setattr(info, field, value)
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape") + data + bytes(-len(data) % 512)
