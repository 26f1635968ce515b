"""How well questions in other languages are answered by the encoder that is chosen for them.

    python -m tests.bench.languages --data DIR [--cache DIR] [--backend NAME]
    python -m tests.bench.languages --pages [--cache DIR] [--backend NAME]

`DIR` holds a folder `xquad_LANG` for each language, as docs/languages.md tells: the same paragraphs and questions in
all. Printed is the share of questions for which a right entry comes first: of each language in its own entries, beside
the simple methods, and in the English ones (`tests.bench.words` measures words alone). --pages asks the labelled FAQs
in tests/bench/sets/languages, on which nothing was learnt, as `tests.bench.pages` does.
"""

import argparse
import dataclasses
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.models import MULTILINGUAL
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from chatbot.insight.metrics import success_at
from tests.bench.cached_encoder import CachedEncoder
from tests.bench.labelled import measure, prepare
from tests.bench.pages import Asked, asked_of, figures, table
from tests.bench.sets.tables import rows_of
from tests.exported import exported

SETS = "xquad_"
FAQS = Path(__file__).parent / "sets" / "languages"


def first_hits(folder: Path, entries: Path, lang: str, encoder: Encoder) -> dict[str, float | None]:
    """The share of the questions in `folder` for which a right one of `entries`, a file in `lang`, comes first: with
    the program, and with the simple methods."""
    found = measure(prepare(entries, folder / "queries.jsonl", encoder, lang))
    return {"first": success_at(found.judged, 1), **{name: success_at(j, 1) for name, j in found.simple.items()}}


def ask_faq(folder: Path, encoder: Encoder) -> list[Asked]:
    """The labelled FAQ in `folder`, which is named after its language."""
    settings = BotSettings(lang=folder.name, encoder=MULTILINGUAL)
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        build(folder / "corpus", Path(scratch), dataclasses.replace(settings, title=folder.name), encoder)
        bot = Bot.open(Path(scratch), encoder)
    rows = rows_of(folder / "questions.tsv")
    return [asked_of(bot, folder.name, row["kind"], row["question"], row["expected"]) for row in rows]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.languages", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the sets")
    parser.add_argument("--pages", action="store_true", help="ask the labelled FAQs")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors here: encoding takes minutes")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    if not options.pages and not options.data:
        parser.error("name the folder of the sets with --data, or write --pages")
    folders = sorted(options.data.glob(f"{SETS}*")) if options.data else []
    with tempfile.TemporaryDirectory() as scratch:
        encoder = exported(Path(scratch), BotSettings(encoder=MULTILINGUAL, backend=options.backend))
        if options.cache:
            encoder = CachedEncoder(encoder, options.cache)
        if options.pages:
            asked = {folder.name: ask_faq(folder, encoder) for folder in sorted(FAQS.glob("*/"))}
            rows = {name: figures(own) for name, own in asked.items()}
            print(table(rows | {"all": figures([one for own in asked.values() for one in own])}))
            return
        english = options.data / f"{SETS}en" / "entries.jsonl"
        for folder in folders:
            lang = folder.name.removeprefix(SETS)
            own = first_hits(folder, folder / "entries.jsonl", lang, encoder)
            across = first_hits(folder, english, "en", encoder)["first"]
            figures_of = " ".join(f"{name} {value:.3f}" for name, value in own.items() if value is not None)
            print(f"{lang}  {figures_of}  in English entries {across:.3f}", flush=True)


if __name__ == "__main__":
    main()
