"""How often a neighbour's question is answered: another product, year, part of the body, town, or the opposite.

    python -m tests.bench.neighbours [--failed] [--encoder NAME] [--backend NAME]

Five small FAQs with questions that they answer and questions that they do not (tests/bench/sets/neighbours), which the
rules of chatbot/search/conflicts.py were made with; and four that were written afterwards, by somebody who had seen
neither rules nor results (tests/bench/sets/neighbours_unseen).
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.dialogue.bot import Bot
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.builder import build
from tests.bench.pages import Asked, asked_of
from tests.bench.sets.tables import rows_of
from tests.exported import exported

SETS = Path(__file__).parent / "sets"
SUITES = ("neighbours", "neighbours_unseen")


def ask_suite(suite: Path, encoder: Encoder) -> list[Asked]:
    rows = rows_of(suite / "cases.tsv")
    asked = []
    for name in sorted({row["faq"] for row in rows}):
        with tempfile.TemporaryDirectory() as index:
            build(suite / name, Path(index), BotSettings(), encoder)
            bot = Bot.open(Path(index), encoder)
        asked += [asked_of(bot, name, r["kind"], r["question"], r["expected"]) for r in rows if r["faq"] == name]
    return asked


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.neighbours", description=__doc__.split("\n")[0])
    parser.add_argument("--failed", action="store_true", help="list what was answered wrongly or not at all")
    parser.add_argument("--encoder", default="default", metavar="NAME", help="as in bot.toml (default: default)")
    parser.add_argument("--backend", default="fp32", metavar="NAME", help="as in bot.toml (default: fp32)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = exported(Path(scratch), BotSettings(encoder=options.encoder, backend=options.backend))
        for suite in SUITES:
            asked = ask_suite(SETS / suite, encoder)
            print(f"\n{suite}\n\n{_table(asked)}")
            if options.failed:
                print("\n".join(_failed(asked)))


def _table(asked: Sequence[Asked]) -> str:
    groups: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        for group in ("all", one.kind, one.page):
            groups[group].append(one)
    lines = ["| | right | first | answered | offered | wrong | answered |", "|---|--:|--:|--:|--:|--:|--:|"]
    for group, own in groups.items():
        right, wrong = [a for a in own if a.expected], [a for a in own if not a.expected]
        shares = [
            sum(counted) / len(right)
            for counted in zip(*((a.first, a.answered, a.offered) for a in right), strict=True)
        ]
        false = sum(a.status == "answered" for a in wrong) / len(wrong)
        lines.append(
            f"| {group} | {len(right)} | {' | '.join(f'{s:.3f}' for s in shares)} | {len(wrong)} | {false:.3f} |"
        )
    return "\n".join(lines)


def _failed(asked: Sequence[Asked]) -> Iterator[str]:
    for one in asked:
        is_right = one.answered if one.expected else one.status != "answered"
        if not is_right:
            what = "not answered" if one.expected else "ANSWERED"
            yield f"{what}: {one.page} {one.kind} {one.status} {one.probability:.2f}: {one.question}"


if __name__ == "__main__":
    main()
