"""Who answers: this process, or others for it. `Bot` has one, and never asks which."""

from dataclasses import dataclass
from typing import Protocol

from chatbot.core.types import Replies
from chatbot.dialogue.remembered import Asked
from chatbot.dialogue.replying import replied
from chatbot.dialogue.served import Served


class Answerer(Protocol):
    """Answers from one build, from any number of threads at once."""

    @property
    def served(self) -> Served:
        """The build that it answers from, with its models."""

    def answer(self, asked: Asked) -> Replies:
        """What `replied` gives; QuestionRefused as that."""

    def close(self) -> None:
        """Gives back what it holds, once all that it was asked is answered."""


@dataclass(frozen=True, slots=True)
class Local:
    """This process, in the thread that asks."""

    served: Served

    def answer(self, asked: Asked) -> Replies:
        return replied(self.served, asked)

    def close(self) -> None:
        """There is nothing to give back."""
