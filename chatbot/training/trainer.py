"""Step after step: the learning itself, which can be broken off and goes on where it was."""

import dataclasses
import os
from pathlib import Path
from typing import Any

import torch

from chatbot.core.errors import UsageError
from chatbot.encoding.protocols import Progress
from chatbot.training import losses
from chatbot.training.batches import Batches
from chatbot.training.distillation import Teacher
from chatbot.training.recipe import Recipe
from chatbot.training.student import Student

_EVERY = 10  # steps what was learnt is kept


class Trainer:
    """Takes a student through the steps of a recipe."""

    def __init__(self, student: Student, batches: Batches, teacher: Teacher, recipe: Recipe) -> None:
        self._student = student
        self._batches = batches
        self._teacher = teacher
        self._recipe = recipe
        self._optimizer = torch.optim.AdamW(student.learning.values(), lr=recipe.rate, weight_decay=0.0)

    def run(self, kept: Path, run_id: str, progress: Progress | None = None) -> None:
        """Learns to the end. What was learnt is kept in the file `kept`, and taken up from there.

        `run_id`: says what is learnt, and from what; UsageError where `kept` is of another.
        """
        run_id = f"{run_id} {dataclasses.asdict(self._recipe)}"
        for step in range(self._resumed(kept, run_id), self._recipe.steps):
            if progress:
                progress(step, self._recipe.steps)
            for group in self._optimizer.param_groups:
                group["lr"] = self._recipe.rate * _pace(step, self._recipe)
            self._optimizer.zero_grad()
            self._loss(step).backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            if (step + 1) % _EVERY == 0:
                self._keep(kept, run_id, step + 1)
        if progress:
            progress(self._recipe.steps, self._recipe.steps)

    def _loss(self, step: int) -> torch.Tensor:
        recipe, student = self._recipe, self._student
        pairs = self._batches.pairs(step)
        questions, likes = student.vectors(pairs.texts, as_query=True), student.vectors(pairs.likes)
        loss = losses.contrastive(questions, likes, recipe.temperature)
        if recipe.teaching:
            texts = self._batches.distilled(step).shown
            wanted = torch.from_numpy(self._teacher.cosines(step, recipe.steps)).to(student.device)
            loss = loss + recipe.teaching * losses.distillation(student.vectors(texts), wanted, recipe.sharpness)
        return loss

    def _keep(self, path: Path, run_id: str, step: int) -> None:
        learnt = {name: parameter.detach().cpu() for name, parameter in self._student.learning.items()}
        state = {"run_id": run_id, "step": step, "learnt": learnt, "optimizer": self._optimizer.state_dict()}
        part = path.with_name(path.name + ".part")
        try:
            torch.save(state, part)
            os.replace(part, path)
        except (OSError, RuntimeError) as error:  # torch's own, of a full disk
            raise UsageError(f"{path}: cannot be written ({error}); make room, and learn on") from error

    def _resumed(self, path: Path, run_id: str) -> int:
        """The step to go on with."""
        if not path.exists():
            return 0
        try:
            state: dict[str, Any] = torch.load(path, map_location=self._student.device, weights_only=True)
            step, learnt_from = int(state["step"]), state["run_id"]
        except Exception as error:  # torch and pickle raise many kinds
            raise UsageError(f"{path}: is damaged; delete it to begin again") from error
        if learnt_from != run_id:
            raise UsageError(f"{path}: was learnt otherwise, or from other texts; delete it, or name another --out")
        with torch.no_grad():
            for name, parameter in self._student.learning.items():
                parameter.copy_(state["learnt"][name])
        self._optimizer.load_state_dict(state["optimizer"])
        return step


def _pace(step: int, recipe: Recipe) -> float:
    """Share of the rate of learning: rising, then falling to nothing."""
    rising = min(recipe.warm_up, recipe.steps // 2)
    if step < rising:
        return (step + 1) / rising
    return (recipe.steps - step) / (recipe.steps - rising)
