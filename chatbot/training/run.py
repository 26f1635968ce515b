"""A training run from end to end: material and models in, the folder of an adapter out."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from chatbot.core.errors import EncoderError, UsageError
from chatbot.core.text import sha256
from chatbot.encoding.models import find_model
from chatbot.encoding.protocols import Progress
from chatbot.encoding.sentence_transformers import load_model
from chatbot.training.batches import Batches
from chatbot.training.distillation import Teacher
from chatbot.training.holdout import HoldoutScores, hold_out
from chatbot.training.material import Material, Source
from chatbot.training.recipe import Recipe
from chatbot.training.student import Student
from chatbot.training.trainer import Trainer


class Trained(NamedTuple):
    """`before`, `after`: scores on the holdout; None where no question could be held out."""

    folder: Path
    bytes: int
    held_out: int  # questions
    before: HoldoutScores | None
    after: HoldoutScores | None


def learn(
    material: Material,
    recipe: Recipe,
    out: Path,
    start: str = "base",
    teacher: str | None = None,
    device: str = "auto",
    progress: Callable[[], Progress | None] = lambda: None,
) -> Trained:
    """Learns an adapter and writes it into the new folder `out`.

    `start`, `teacher`: names as of `find_model`. If it is interrupted, the same call goes on from the file beside
    `out`. With the same packages and threads the result is the same.
    """
    _require_place(out)
    where = _device(device)
    model = find_model(start, "--start")
    encoder = load_model(start, where, "--start", centred=False)
    better = load_model(teacher, where, "--teacher", centred=False) if teacher else None
    sources, holdout = hold_out(material.sources, material.unanswerable)
    student = Student(model, recipe.rank, recipe.max_tokens, recipe.seed, where)
    before = holdout.scores(student.encoded) if holdout else None
    batches = Batches(sources, recipe, encoder.encode_passages)
    distillation = Teacher(lambda step: batches.distilled(step).plain, encoder, better, recipe.trust)
    trainer = Trainer(student, batches, distillation, recipe)
    kept = unfinished(out)
    run = f"{encoder.fingerprint} {better and better.fingerprint} {_digest(sources)}"
    trainer.run(kept, run, progress())
    student.forget(1 - recipe.strength)
    after = holdout.scores(student.encoded) if holdout else None
    part = out.with_name(out.name + ".part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        student.adapter(_questions(sources) if material.is_corpus else ()).write(part)
        part.rename(out)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); name another folder") from None
    with contextlib.suppress(OSError):
        kept.unlink(missing_ok=True)
    size = sum(path.stat().st_size for path in out.iterdir())
    return Trained(out, size, len(holdout) if holdout else 0, before, after)


def unfinished(out: Path) -> Path:
    """The file from which an interrupted training goes on."""
    return out.with_name(out.name + ".unfinished")


def _require_place(out: Path) -> None:
    """Refused before the training, not after it."""
    if out.exists():
        raise UsageError(f"{out}: is there already; name another folder, or delete it")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}); name another folder") from None


def _device(wanted: str) -> str:
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise EncoderError("torch finds no GPU; use --device auto, or install torch for your GPU")
    return "cuda" if there and wanted != "cpu" else "cpu"


def _questions(sources: Sequence[Source]) -> list[str]:
    return [text for source in sources for text in source.texts]


def _digest(sources: Sequence[Source]) -> str:
    return sha256(repr([(source.questions, source.answers) for source in sources]))
