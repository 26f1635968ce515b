"""How often the shipped FAQ answers its own questions asked of another part of the body, which it should not.

    python -m tests.bench.swaps

One word makes the difference, and a sentence vector hardly moves for one word: the hardest near-topic questions there
are.
"""

import re
import tempfile
from pathlib import Path

from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from tests.conftest import ROOT

PARTS = ("knee", "ankle", "shoulder")
_BACK = re.compile(r"\b(?:lower |sore )?back( pain)?\b", re.I)


def main() -> None:
    corpus = ROOT / "corpus"
    settings = load_bot_settings(corpus)
    with tempfile.TemporaryDirectory() as index:
        encoder = encoder_of(Path(index), settings)
        build(corpus, Path(index), settings, encoder)
        bot = Bot.open(Path(index), encoder)
    titles = [entry.question for entry in bot.build.entries if _BACK.search(entry.question) and not entry.is_gap]
    asked = [_BACK.sub(lambda found, part=part: part + (found[1] or ""), title) for title in titles for part in PARTS]
    statuses = [bot.ask(question).replies[0].status for question in asked]
    for status in ("answered", "unsure", "unknown"):
        print(f"{status:10} {statuses.count(status)} of {len(asked)}")


if __name__ == "__main__":
    main()
