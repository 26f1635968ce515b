"""The errors of this program, as its users see them.

ChatbotError            one clear sentence; the command ends with `exit_status`
├── UsageError          the command or a setting is wrong (2)
├── ContentError        the corpus holds mistakes; the index that worked is untouched (1)
│   └── SettingsError   and they are in its bot.toml
├── NotFetched          an address that cannot be fetched; nothing was written (1)
├── EncoderError        the embedding model is missing, damaged or not the one that built the index (1)
├── IndexRefused        the index is missing, damaged, or of another format or encoder (1)
├── ArchiveRefused      an archive of an index is damaged, of another format, not signed as demanded, or older (1)
├── JournalRefused      the journal's file cannot be read or written, or is not a journal (1)
├── OutputFailed        standard output is closed or full, or cannot hold the text (1)
├── NotReady            there is nothing to answer from yet (1)
├── EngineDown          the vector engine cannot be asked now (1)
│   └── EngineSlow      and that is because it does not answer in time
└── QuestionRefused     a question that cannot be answered as it stands: empty, too long, not text (1)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chatbot.core.problem import Problem

if TYPE_CHECKING:
    from chatbot.core.types import Notice


class ChatbotError(Exception):
    """Base of all errors that this program raises on purpose. `str(error)` is one sentence for people."""

    exit_status = 1
    code = "error"


class UsageError(ChatbotError):
    exit_status = 2
    code = "wrong_usage"


class ContentError(ChatbotError):
    """`problems`: what `build --json` reports, one object for each mistake."""

    code = "content_error"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NotFetched(ChatbotError):
    code = "not_fetched"


class SettingsError(ContentError):
    """`settings`: the `BotSettings` that could be read, with defaults in place of wrong values."""

    def __init__(self, settings: Any, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)), problems)
        self.settings = settings


class EncoderError(ChatbotError):
    code = "encoder_error"


class ModelMissing(EncoderError):
    """The model is missing: its package, its folder, or the connection to the hub."""


class NotExportable(EncoderError):
    """The model loads and encodes, but no export of it gives the same vectors."""


class IndexRefused(ChatbotError):
    code = "index_refused"


class ArchiveRefused(ChatbotError):
    code = "archive_refused"


class JournalRefused(ChatbotError):
    code = "journal_refused"


class OutputFailed(ChatbotError):
    code = "output_failed"


class NotReady(ChatbotError):
    code = "not_ready"


class EngineDown(ChatbotError):
    """`notices`: the owner's warnings for the message, which are shown even without an answer. `retry_after`: seconds
    until another try may help."""

    code = "engine_down"

    def __init__(self, message: str, retry_after: float = 1.0, notices: "Sequence[Notice]" = ()) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.notices = notices

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Makes the error picklable, for questions answered in another process."""
        return type(self), (str(self), self.retry_after, self.notices)


class EngineSlow(EngineDown):
    code = "engine_slow"


class QuestionRefused(ChatbotError):
    """`code` is one of `empty_question`, `question_too_long`, `not_text`.

    `notices`: the owner's warnings for the message, which are shown even without an answer.
    """

    def __init__(self, code: str, message: str, notices: "Sequence[Notice]" = ()) -> None:
        super().__init__(message)
        self.code = code
        self.notices = notices

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Makes the error picklable, for questions answered in another process."""
        return type(self), (self.code, str(self), self.notices)
