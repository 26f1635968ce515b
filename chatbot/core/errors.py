"""What can go wrong, as seen from outside.

ChatbotError            one clear sentence; the command ends with `exit_status`
├── UsageError          the command or a setting is wrong (2)
├── ContentError        the corpus holds mistakes; the index that worked is untouched (1)
│   └── SettingsError   and they are in its bot.toml
├── NotFetched          an address that cannot be imported; nothing was written (1)
├── EncoderError        the embedding model is missing, damaged or not the one that built the index (1)
├── IndexRefused        the index is missing, damaged, or of another format or encoder (1)
├── OutputFailed        standard output is closed or full, or cannot hold the text (1)
├── NotReady            there is nothing to answer from yet (1)
└── QuestionRefused     a question that cannot be answered as it stands: empty, too long, not text (1)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chatbot.core.types import Notice


class ChatbotError(Exception):
    """Base of every error this program raises on purpose. `str(error)` is a sentence for people."""

    exit_status = 1
    code = "error"


class UsageError(ChatbotError):
    exit_status = 2
    code = "wrong_usage"


class ContentError(ChatbotError):
    """`problems`: what `build --json` reports, one object a mistake."""

    code = "content_error"

    def __init__(self, message: str, problems: Sequence[Mapping[str, object]] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NotFetched(ChatbotError):
    code = "not_fetched"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong line of `bot.toml`; line 0 is the file as a whole."""

    line: int
    rule: str
    message: str  # what is wrong and what to do


class SettingsError(ContentError):
    """`settings`: the `BotSettings` that could be read, with the defaults in place of what is wrong."""

    def __init__(self, file: str, settings: Any, mistakes: Sequence[Mistake]) -> None:
        super().__init__(
            "\n".join(f"{file}:{m.line}: {m.message}" if m.line else f"{file}: {m.message}" for m in mistakes),
            [{"file": file, **asdict(mistake), "severity": "error"} for mistake in mistakes],
        )
        self.settings = settings
        self.mistakes = mistakes


class EncoderError(ChatbotError):
    code = "encoder_error"


class ModelMissing(EncoderError):
    """Neither altered nor broken, but not there: its package, its folder, or the way to the hub."""


class NotExportable(EncoderError):
    """The model loads and encodes, but no export of it gives the same vectors."""


class IndexRefused(ChatbotError):
    code = "index_refused"


class OutputFailed(ChatbotError):
    code = "output_failed"


class NotReady(ChatbotError):
    code = "not_ready"


class QuestionRefused(ChatbotError):
    """`code` is one of `empty_question`, `question_too_long`, `not_text`.

    `notices`: a message that cannot be answered may still be one that the owner has a warning for.
    """

    def __init__(self, code: str, message: str, notices: "Sequence[Notice]" = ()) -> None:
        super().__init__(message)
        self.code = code
        self.notices = notices

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """For those who are asked in another process."""
        return type(self), (self.code, str(self), self.notices)
