"""The values that cross rooms. All are frozen. None of them knows about files, models or the web.

Scores are higher-is-better everywhere: a cosine lies in [-1, 1], a probability in [0, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chatbot.core.blocks import Blocks, Span

Status = Literal["answered", "unsure", "unknown", "gap", "smalltalk"]
PassageKind = Literal["question", "alternate", "question_answer", "sentence"]
NoticeLevel = Literal["emergency", "urgent", "info"]  # most urgent first


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer, as the owner wrote them. With an empty `answer` it is a gap."""

    id: str
    question: str
    answer: str  # Markdown, or the copied text of a page; never changed by us
    html: str = ""  # the answer, rendered and cleaned once, at build
    # The same as a block tree, written by `chatbot.core.blocks.blocks_to_json`.
    blocks: str = field(default="", compare=False)
    # The positions of the tree's text in `answer`: three numbers for each run, its start in the tree's text, its start
    # in the answer, and its length in characters.
    places: tuple[int, ...] = field(default=(), compare=False)
    alternates: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str = ""  # BCP 47, such as "en" or "pt-BR"
    source: str = ""  # name of the source
    url: str = ""  # address of the source: http, https
    reviewed: str = ""  # ISO date
    review_by: str = ""  # ISO date
    section: str = field(default="", compare=False)  # the heading above it
    file: str = ""  # the file it was read from, for messages
    line: int = 0

    @property
    def is_gap(self) -> bool:
        """Whether the FAQ has the question but no answer."""
        return not self.answer


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice as the owner wrote it: its text, when it is shown, and phrasings that test it.

    It is shown when one phrase of `any_of` occurs in a message, or one phrase of each list in `all_of`.
    """

    id: str
    level: NoticeLevel
    text: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[tuple[str, ...], ...] = ()
    source: str = ""  # name of the source
    url: str = ""  # address of the source: http, https
    reviewed: str = ""  # ISO date
    review_by: str = ""  # ISO date
    must_fire: tuple[str, ...] = ()  # messages that must show it; otherwise the build fails
    must_not_fire: tuple[str, ...] = ()  # messages that must not show it; otherwise the build fails
    line: int = 0  # of bot.toml, for messages


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as shown to a visitor, above the replies."""

    id: str
    level: NoticeLevel
    text: str
    source: str
    url: str
    blocks: Blocks = field(default=(), compare=False)  # `text` as a tree


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask where the FAQ has no answer: the owner's text and its first link, "" for none."""

    text: str
    url: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Passage:
    """One embedded text. Row i of the passages and row i of the vectors are the same passage."""

    entry: int  # row of its entry
    kind: PassageKind
    text: str
    start: int = 0  # for parts of the answer: their range in it, in characters
    end: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier line of a conversation, as the client sends it back."""

    role: Literal["user", "assistant"]
    text: str
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry as shown to a visitor. `sha256` proves the words: see `chatbot.core.text.seal`."""

    entry_id: str
    question: str
    text: str
    html: str
    short: (
        str | None
    )  # the part of `text` that answers the question, word for word; None where that is all of it or none stands out
    highlight: Span | None  # the range of `short` in `text`, (start, end) in characters
    source: str
    url: str
    reviewed: str
    sha256: str
    blocks: Blocks = ()  # `text` as a block tree; `html` shows the same
    marks: tuple[Span, ...] = ()  # the ranges of `short` in the text of `blocks`, in characters
    link: str = ""  # `url` with a text fragment for the marked words, or for the first ones
    lang: str = ""  # BCP 47: of the entry, or of the FAQ where that names none


@dataclass(frozen=True, slots=True)
class Suggestion:
    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """An entry that matches a question, and its scores."""

    entry_id: str
    question: str
    matched: str  # its nearest wording: the question or an alternate
    cosine: float  # of the visitor's question and that wording, [-1, 1]
    answer_cosine: float  # of the visitor's question and the nearest part of question + answer, [-1, 1]
    score: float  # for the order; higher is better, no probability


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a reply is what it is. Terms are defined in `chatbot.search.calibration`."""

    first: RankedEntry
    runner_up: RankedEntry | None  # the best with another answer
    gap: RankedEntry | None  # the nearest gap
    features: Mapping[str, float]  # inputs of the probability
    margin: float | None  # score of the first minus that of the runner-up
    answered_from: float  # probability
    unsure_from: float  # probability
    conflict: str = ""  # why it is another entry's question, see `chatbot.search.conflicts`; empty for none


@dataclass(frozen=True, slots=True)
class Reply:
    """The bot's reply to one question."""

    id: str
    question: str
    status: Status
    answer: Answer | None
    probability: float  # that `answer`, or the first suggestion, answers the question
    suggestions: Sequence[Suggestion] = ()
    context: str = ""  # the earlier question that it was combined with; empty where it was read as typed
    gap: Suggestion | None = None  # where `status` is "gap": the question without an answer yet
    explanation: Explanation | None = None  # where it was requested
    contact: Contact | None = None  # where there is no answer or a person is asked for, if the owner gives a contact


@dataclass(frozen=True, slots=True)
class Replies:
    """The bot's replies to one message: the body of `POST /api/ask`."""

    replies: Sequence[Reply]
    notices: Sequence[Notice]  # the owner's warnings, most urgent first
    build_id: str
    took_ms: float
