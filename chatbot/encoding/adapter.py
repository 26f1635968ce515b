"""A small change of an encoder's weights, kept apart from them: a LoRA adapter (Hu et al. 2021), in the files of PEFT.

    adapter_config.json          rank, scale, and as `revision` the sha256 of the weights that it was learnt on
    adapter_model.safetensors    of each matrix W that it changes, A (rank, in) and B (out, rank)
    learnt.txt                   where it was learnt from a corpus, a digest of each of its questions: an encoder tried
                                 on what it was trained on would seem better than it is

W + scale * B A is put in place of W when the model is loaded, so that serving costs what it costs without.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from chatbot.core.errors import EncoderError
from chatbot.core.text import match_key, sha256

if TYPE_CHECKING:
    from torch.nn import Module

CONFIG = "adapter_config.json"
TENSORS = "adapter_model.safetensors"
LEARNT = "learnt.txt"
_PREFIX = "base_model.model."  # how PEFT names what it changes
_REMEDY = "restore its files, or learn it again"
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


@dataclass(frozen=True, slots=True)
class Adapter:
    """`changes`: name of a matrix of the transformer -> (A, B), float32."""

    base_sha256: str  # of the weights that it was learnt on
    scale: float
    changes: Mapping[str, tuple[np.ndarray, np.ndarray]]
    base_folder: str = ""  # where those are, if they are not official ones
    learnt: frozenset[str] = frozenset()  # `question_digest` of each question of a corpus that it was learnt from

    @classmethod
    def read(cls, folder: Path) -> Self:
        """EncoderError where it is no such folder, or damaged."""
        from safetensors.numpy import load_file

        config = read_config(folder)
        try:
            tensors = load_file(folder / TENSORS)
            changes = {
                name.removeprefix(_PREFIX).removesuffix(_DOWN): (tensors.pop(name), tensors.pop(_up(name)))
                for name in [*tensors]
                if name.startswith(_PREFIX) and name.endswith(_DOWN)
            }
            scale = float(config["lora_alpha"]) / float(config["r"])
        except Exception as error:  # of the library, which tells apart a dozen kinds of damage
            raise EncoderError(f"{folder}: not a LoRA adapter ({type(error).__name__}: {error}); {_REMEDY}") from error
        if tensors or not changes or config.get("peft_type") != "LORA":
            raise EncoderError(
                f"{folder}: not a plain LoRA adapter; it holds {', '.join(tensors) or 'nothing'}, too; use another"
            )
        as_float = {name: (down.astype(np.float32), up.astype(np.float32)) for name, (down, up) in changes.items()}
        for name, (down, up) in as_float.items():
            if not _fit(down, up) or not np.isfinite(scale * down).all() or not np.isfinite(up).all():
                raise EncoderError(f"{folder / TENSORS}: is damaged at {name}; {_REMEDY}")
        return cls(
            config["revision"], scale, as_float, config.get("base_model_name_or_path") or "", read_learnt(folder)
        )

    def write(self, folder: Path) -> None:
        """In half precision, into the new folder `folder`; PEFT can read it, too."""
        from safetensors.numpy import save

        folder.mkdir(parents=True)
        tensors: dict[str, np.ndarray] = {}
        for name, (down, up) in sorted(self.changes.items()):
            tensors[_PREFIX + name + _DOWN] = down.astype(np.float16)
            tensors[_PREFIX + name + _UP] = up.astype(np.float16)
        (folder / TENSORS).write_bytes(save(tensors))  # their own `save_file` keeps it from all but this user
        rank = len(next(iter(self.changes.values()))[0])
        config = {
            "peft_type": "LORA",
            "task_type": "FEATURE_EXTRACTION",
            "r": rank,
            "lora_alpha": rank * self.scale,
            "target_modules": sorted(self.changes),
            "bias": "none",
            "inference_mode": True,
            "base_model_name_or_path": self.base_folder or None,
            "revision": self.base_sha256,
        }
        (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
        if self.learnt:
            (folder / LEARNT).write_text("".join(f"{digest}\n" for digest in sorted(self.learnt)), encoding="ascii")

    def and_then(self, other: Self) -> Self:
        """Both changes as one, of both ranks together."""
        changes = {
            name: (
                np.concatenate([down for down, _ in (self.changes[name], other.changes[name])]),
                np.concatenate([self.scale * self.changes[name][1], other.scale * other.changes[name][1]], axis=1),
            )
            for name in self.changes
        }
        return type(self)(self.base_sha256, 1.0, changes, self.base_folder, self.learnt | other.learnt)

    def changed(self, weights: Mapping[str, np.ndarray], folder: Path) -> dict[str, np.ndarray]:
        """`weights` of a transformer, by name, with its change. EncoderError, naming its `folder`, where it is for
        another model."""
        changed = dict(weights)
        for name, (down, up) in self.changes.items():
            weight = changed.get(f"{name}.weight")
            self._require_fit(name, None if weight is None else weight.shape, folder)
            changed[f"{name}.weight"] = changed[f"{name}.weight"] + self.scale * (up @ down)
        return changed

    def put_into(self, transformer: "Module", folder: Path) -> None:
        """Changes the weights in place. EncoderError as `changed`."""
        import torch

        parameters = dict(transformer.named_parameters())
        with torch.no_grad():
            for name, (down, up) in self.changes.items():
                weight = parameters.get(f"{name}.weight")
                self._require_fit(name, None if weight is None else weight.shape, folder)
                parameters[f"{name}.weight"].add_(torch.from_numpy(self.scale * (up @ down)).to(weight))

    def _require_fit(self, name: str, shape: Sequence[int] | None, folder: Path) -> None:
        down, up = self.changes[name]
        if shape is None or tuple(shape) != (len(up), down.shape[1]):
            raise EncoderError(f"{folder / TENSORS}: changes {name}, which the model has not in that shape; {_REMEDY}")


def read_config(folder: Path) -> dict[str, Any]:
    """EncoderError where it is damaged or names no weights that it belongs to."""
    path = folder / CONFIG
    try:
        config = json.loads(path.read_bytes())
        if not isinstance(config.get("revision"), str):
            raise ValueError("as revision it needs the sha256 of the weights that it was learnt on")
    except (OSError, ValueError, AttributeError) as error:
        raise EncoderError(f"{path}: not the settings of an adapter ({error}); {_REMEDY}") from None
    return dict(config)


def read_learnt(folder: Path) -> frozenset[str]:
    """Digests of the questions of a corpus that the adapter in `folder` was learnt from."""
    try:
        return frozenset((folder / LEARNT).read_text(encoding="ascii").split())
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        raise EncoderError(f"{folder / LEARNT}: cannot be read ({error}); {_REMEDY}") from None


def question_digest(question: str) -> str:
    """The same for questions that say the same."""
    return sha256(match_key(question))[:16]


def adapter_digest(folder: Path) -> str:
    """Of what decides on the vectors: the tensors and how they are scaled."""
    config = read_config(folder)
    try:
        with (folder / TENSORS).open("rb") as file:
            tensors = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{folder / TENSORS}: cannot be read ({error.strerror}); {_REMEDY}") from None
    return f"{tensors} {config.get('lora_alpha')}/{config.get('r')}"


def _up(name: str) -> str:
    return name.removesuffix(_DOWN) + _UP


def _fit(down: np.ndarray, up: np.ndarray) -> bool:
    return down.ndim == up.ndim == 2 and len(down) == up.shape[1]
