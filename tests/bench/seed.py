"""How the page that this was asked for is answered, as it comes.

    python -m tests.bench.seed FOLDER [--failed]

FOLDER holds the copied page alone. The questions (tests/bench/sets/seed_questions.tsv) name the line of the page on
which the entry's question stands.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from tests.bench.pages import Asked, asked_of, figures, table
from tests.bench.sets.tables import rows_of
from tests.exported import exported

QUESTIONS = Path(__file__).parent / "sets" / "seed_questions.tsv"


def ask_seed(folder: Path, encoder: Encoder) -> list[Asked]:
    """ValueError where a line of the questions heads no entry."""
    with tempfile.TemporaryDirectory() as index:
        build(folder, Path(index), BotSettings(), encoder)
        bot = Bot.open(Path(index), encoder)
    heads = sorted((entry.line, entry.question) for entry in bot.build.entries)
    asked = []
    for row in rows_of(QUESTIONS):
        # A title that stands twice may be named by its first line.
        lines = [int(line) for line in filter(None, row["expected"].split("|"))]
        named = [next((text for at, text in heads if at >= line), "") for line in lines]
        if not all(named):
            raise ValueError(f"{QUESTIONS}: no entry begins at {row['expected']}")
        asked.append(asked_of(bot, folder.name, row["kind"], row["question"], "|".join(named)))
    return asked


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.seed", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--failed", action="store_true", help="list what was not handled rightly")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        asked = ask_seed(options.folder, exported(Path(scratch), BotSettings()))
    kinds = list(dict.fromkeys(one.kind for one in asked))
    print(table({"all": figures(asked), **{kind: figures([a for a in asked if a.kind == kind]) for kind in kinds}}))
    for one in asked if options.failed else ():
        if not one.handled:
            print(
                f"{one.kind} {one.status} {one.probability:.2f}: {one.question} -> {one.found[0] if one.found else ''}"
            )


if __name__ == "__main__":
    main()
