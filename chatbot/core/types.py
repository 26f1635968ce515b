"""The values that cross rooms. All are frozen; none of them knows about files, models or the web.

Scores are higher-is-better everywhere: a cosine lies in [-1, 1], a probability in [0, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chatbot.core.blocks import Blocks, Span

Status = Literal["answered", "unsure", "unknown", "gap", "smalltalk"]
PassageKind = Literal["question", "alternate", "question_answer", "sentence"]
NoticeLevel = Literal["emergency", "urgent", "info"]  # the most pressing first


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer, as the owner wrote them. An empty `answer` makes it a gap."""

    id: str
    question: str
    answer: str  # Markdown, or the copied text of a page; never changed by us
    html: str = ""  # the answer, rendered and cleaned once, at build
    # The same as a tree, as `chatbot.core.blocks.blocks_to_json` writes it.
    blocks: str = field(default="", compare=False)
    # Where the tree's text stands in `answer`: three numbers for each run of it, where it begins in the tree's text,
    # where in the answer, and how many characters it has.
    places: tuple[int, ...] = field(default=(), compare=False)
    alternates: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str = ""  # BCP 47, such as "en" or "pt-BR"
    source: str = ""  # who says so, in words
    url: str = ""  # where they say so: http, https
    reviewed: str = ""  # ISO date
    review_by: str = ""  # ISO date
    section: str = field(default="", compare=False)  # the heading that it stands under
    file: str = ""  # where the entry was read, for messages
    line: int = 0

    @property
    def is_gap(self) -> bool:
        """True for a question that the FAQ poses and does not answer."""
        return not self.answer


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A notice as the owner wrote it: what it says, when it is shown, and the phrasings that prove it.

    It is shown when one phrase of `any_of` occurs in a message, or one phrase of each list in `all_of`.
    """

    id: str
    level: NoticeLevel
    text: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[tuple[str, ...], ...] = ()
    source: str = ""  # who says so, in words
    url: str = ""  # where they say so: http, https
    reviewed: str = ""  # ISO date
    review_by: str = ""  # ISO date
    must_fire: tuple[str, ...] = ()  # messages that show it, or the build fails
    must_not_fire: tuple[str, ...] = ()  # messages that do not, or the build fails
    line: int = 0  # of bot.toml, for messages


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as shown to a visitor, above whatever else is said."""

    id: str
    level: NoticeLevel
    text: str
    source: str
    url: str
    blocks: Blocks = field(default=(), compare=False)  # `text` as a tree


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask where the FAQ has no answer: the owner's words, and where they lead first, "" for nowhere."""

    text: str
    url: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Passage:
    """One embedded text. Row i of the passages and row i of the vectors are the same passage."""

    entry: int  # row of its entry
    kind: PassageKind
    text: str
    start: int = 0  # for a sentence: where it stands in the answer, in characters
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
    highlight: Span | None  # where `short` stands in `text`, (start, end) in characters
    source: str
    url: str
    reviewed: str
    sha256: str
    blocks: Blocks = ()  # `text` as a tree, which `html` shows
    marks: tuple[Span, ...] = ()  # where `short` stands in the text of `blocks`, in characters
    link: str = ""  # `url`, opened at the words that are marked, or at the first, where a browser can do that


@dataclass(frozen=True, slots=True)
class Suggestion:
    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found for a question, and what spoke for it."""

    entry_id: str
    question: str
    matched: str  # the wording of it, question or alternate, that is nearest
    cosine: float  # of question and that wording, [-1, 1]
    answer_cosine: float  # of question and the nearest part of question + answer, [-1, 1]
    score: float  # what the order goes by; higher is better, no probability


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a reply is what it is. The words are defined in `chatbot.search.calibration`."""

    first: Found
    runner_up: Found | None  # the best with another answer
    gap: Found | None  # the nearest question that the FAQ poses and does not answer
    features: Mapping[str, float]  # what the probability is made of
    margin: float | None  # score of the first beyond the runner-up
    answered_from: float  # probability
    unsure_from: float  # probability
    conflict: str = ""  # what makes it a neighbour's question, see `chatbot.search.conflicts`; empty where nothing does


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says to one question."""

    id: str
    question: str
    status: Status
    answer: Answer | None
    probability: float  # that `answer`, or the first suggestion, answers the question
    suggestions: Sequence[Suggestion] = ()
    context: str = ""  # the earlier question that it was read together with, empty where it was read as typed
    gap: Suggestion | None = None  # the question of the FAQ that has no answer yet, where `status` is "gap"
    explanation: Explanation | None = None  # where it was asked for
    contact: Contact | None = None  # where there is no answer, or a human is asked for, and the owner names one


@dataclass(frozen=True, slots=True)
class Replies:
    """What the bot says to one message: the body of `POST /api/ask`."""

    replies: Sequence[Reply]
    notices: Sequence[Notice]  # what the owner wants read first, most pressing first
    build_id: str
    took_ms: float
