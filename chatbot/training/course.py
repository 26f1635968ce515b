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
from chatbot.training.exam import Mark, held_back
from chatbot.training.material import Material, Source
from chatbot.training.recipe import Recipe
from chatbot.training.student import Student
from chatbot.training.teacher import Teacher
from chatbot.training.trainer import Trainer


class Learnt(NamedTuple):
    """`before`, `after`: the exam's marks; None where no question could be held back for one."""

    folder: Path
    bytes: int
    asked: int  # questions held back
    before: Mark | None
    after: Mark | None


def learn(
    material: Material,
    recipe: Recipe,
    out: Path,
    start: str = "base",
    teacher: str | None = None,
    device: str = "auto",
    progress: Callable[[], Progress | None] = lambda: None,
) -> Learnt:
    """Learns an adapter and writes it into the new folder `out`.

    `start`, `teacher`: names as of `find_model`. Broken off, it goes on from what is kept beside `out` when it is
    called again with the same; with the same packages and threads the result is the same.
    """
    _require_place(out)
    where = _device(device)
    model = find_model(start, "--start")
    encoder = load_model(start, where, "--start")
    better = load_model(teacher, where, "--teacher") if teacher else None
    sources, exam = held_back(material.sources, material.unanswerable)
    student = Student(model, recipe.rank, recipe.max_tokens, recipe.seed, where)
    before = exam.mark(student.encoded) if exam else None
    batches = Batches(sources, recipe, encoder.encode_passages)
    told = Teacher(lambda step: batches.taught(step).plain, encoder, better, recipe.trust)
    trainer = Trainer(student, batches, told, recipe)
    kept = unfinished(out)
    course = f"{encoder.fingerprint} {better and better.fingerprint} {_digest(sources)}"
    trainer.run(kept, course, progress())
    student.forget(1 - recipe.strength)
    after = exam.mark(student.encoded) if exam else None
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
    return Learnt(out, size, len(exam) if exam else 0, before, after)


def unfinished(out: Path) -> Path:
    """The file from which learning goes on that was broken off."""
    return out.with_name(out.name + ".unfinished")


def _require_place(out: Path) -> None:
    """Said before anything is learnt, not after."""
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
