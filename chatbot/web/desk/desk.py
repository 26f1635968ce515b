"""What the tabs of the desk work with."""

from dataclasses import dataclass, field
from pathlib import Path

from chatbot.dialogue.bot import Bot
from chatbot.web.rebuilds import Rebuilds
from chatbot.web.verb_runs import VerbRuns


@dataclass(frozen=True, slots=True)
class Desk:
    """One FAQ, as its editors have it before them."""

    bot: Bot
    corpus: Path
    index: Path
    journal: Path | None  # its file, which may not be there yet; None: there never is one
    rebuilds: Rebuilds  # one at a time, those that are asked for over the API among them
    chat_page: str = "../"  # its address, as the desk's page sees it; "" where it is at another port
    writes: bool = False  # whether the desk may change files of the corpus
    verbs: VerbRuns = field(default_factory=VerbRuns)  # what takes too long for this process
