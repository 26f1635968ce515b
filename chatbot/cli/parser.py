"""The options of each verb, and which function it runs."""

import argparse
import contextlib
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from chatbot import __version__
from chatbot.cli.verbs import answers, evaluation, importing, index, journal, report, suggestions, training
from chatbot.core.profiles import GENERAL, HEALTH


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        """argparse itself says nothing of a help text that cannot be written."""
        if file is sys.stdout:
            file.write(message)
        else:
            super()._print_message(message, file)


def parser() -> argparse.ArgumentParser:
    whole = _Parser(prog="python -m chatbot", description="A semantic-search FAQ chatbot.")
    whole.add_argument("--version", action="version", version=f"verbatim {__version__}")
    verbs = whole.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, run: Any, text: str, *shared: str, among: Any = verbs) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = among.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document on standard output")
        if "corpus" in shared:
            sub.add_argument("--corpus", type=Path, help="folder of FAQ files, or one such file (default: corpus)")
        if "index" in shared:
            sub.add_argument("--index", type=_folder, help="folder of the built index (default: index)")
        return sub

    _add_import(verb("import", importing.import_sources, "write FAQ files or web pages into a corpus, as Markdown"))
    init = verb("init", importing.init, "begin a corpus of your own: three sample entries and their settings")
    init.add_argument("folder", type=_folder, metavar="FOLDER", help="new or empty")
    init.add_argument(
        "--profile",
        choices=(GENERAL, HEALTH),
        default=GENERAL,
        help="health: with notices for emergencies; to be filled in before it builds (default: general)",
    )
    lint = verb(
        "lint", index.lint, "list mistakes, gaps and dropped lines of the corpus, with file and line", "corpus", "index"
    )
    lint.add_argument("--meaning", action="store_true", help="also near duplicates and rivals; needs the model")
    build = verb("build", index.build, "build the index from the corpus and publish it", "corpus", "index")
    build.add_argument("--watch", action="store_true", help="build again whenever the corpus changes, until Ctrl+C")
    build.add_argument("--dry-run", action="store_true", help="publish nothing; list whose answers would change")
    build.add_argument("--queries", type=Path, metavar="FILE", help="more questions for --dry-run, as for evaluate")
    build.add_argument("--only-queries", action="store_true", help="with --queries: ask no others")
    build.add_argument(
        "--encode-with",
        metavar="ray[:ADDRESS]",
        help="have much new text encoded by Ray, here or by a cluster",
    )
    build.add_argument("--progress", action="store_true", help="say on standard error, in lines of JSON, how far it is")
    build.add_argument(
        "--fail-on-change",
        type=_whole_number(10**6),
        metavar="N",
        help="with --dry-run: exit with status 1 if more than N change",
    )
    verb("info", index.info, "say which build is published, and which others are kept", "index")
    rollback = verb("rollback", index.rollback, "publish an earlier build again", "index")
    rollback.add_argument("build", nargs="?", metavar="BUILD", help="its id (default: the one before)")
    ask = verb("ask", answers.ask, "answer one question from the built index", "index")
    ask.add_argument("question")
    ask.add_argument("--explain", action="store_true", help="also say why, word by word, and what would change it")
    ask.add_argument("--top", type=_whole_number(20), default=3, metavar="N", help="at most N suggestions (default: 3)")
    serve = verb(
        "serve",
        answers.serve,
        "serve the chat page and the API; builds the index first if it is stale",
        "corpus",
        "index",
    )
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    serve.add_argument(
        "--workers", type=int, metavar="N", help="processes that answer questions (default: 1, the server itself)"
    )
    serve.add_argument("--log-format", choices=("text", "json"), help="json: one object a line (default: text)")
    verify = verb(
        "verify", index.verify, "check every hash of the index, or the answers of a transcript word for word", "index"
    )
    verify.add_argument("transcript", type=Path, nargs="?", metavar="FILE", help="JSON, such as `ask --json` prints")
    verb(
        "mcp",
        answers.mcp,
        "serve the FAQ as a tool of the Model Context Protocol, on standard input and output",
        "index",
    )
    export = verb(
        "export", answers.export, "write the whole FAQ as a page for any web host or a table for spreadsheets", "index"
    )
    export.add_argument(
        "--html", type=Path, metavar="FILE", help="the page to write; it stands alone; - for standard output"
    )
    export.add_argument("--csv", type=Path, metavar="FILE", help="the table to write; a corpus may hold it; - as above")
    evaluate = verb(
        "evaluate", evaluation.evaluate, "measure the answers on a labelled set of questions", "corpus", "index"
    )
    evaluate.add_argument("--entries", type=Path, metavar="FILE", help="FAQ entries, JSON lines, instead of a corpus")
    evaluate.add_argument(
        "--queries", type=Path, metavar="FILE", required=True, help="questions with their right entries"
    )
    evaluate.add_argument(
        "--run",
        dest="run_file",
        type=Path,
        metavar="FILE",
        help="also write a TREC run file, the first 100 entries each; - for standard output",
    )
    evaluate.add_argument("--sweep", action="store_true", help="also print the figures at cuts from 0.05 to 0.95")
    evaluate.add_argument(
        "--failures",
        metavar="FILE",
        help="also write the questions that were handled wrongly: as JSON if FILE ends in .json, else text; - prints",
    )
    evaluate.add_argument(
        "--plots", type=_folder, metavar="DIR", help="also draw reliability.png and scores.png into DIR"
    )
    for option, direction, example in (
        ("--fail-under", "lower", "success_at_1=0.8"),
        ("--fail-over", "higher", "false_answer_rate=0.1"),
    ):
        evaluate.add_argument(
            option, action="append", default=[], metavar="METRIC=VALUE",
            help=f"exit with status 1 if the metric is {direction}, such as {example}; may be repeated",
        )  # fmt: skip
    about = "what visitors asked: see it, export it, delete it"
    parts = verbs.add_parser("journal", help=about, description=f"{about[0].upper()}{about[1:]}.")
    _add_journal(partial(verb, among=parts.add_subparsers(title="what to do", required=True, metavar="WHAT")))
    _add_report(
        verb("report", report.report, "say what visitors asked, and where the FAQ failed them", "corpus", "index")
    )
    _add_suggest(
        verb("suggest", suggestions.suggest, "propose wordings from the journal, each tried first", "corpus", "index")
    )
    _add_train(verb("train", training.train, "teach the encoder your questions: writes an adapter for it", "corpus"))
    return whole


def _add_import(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("sources", nargs="+", metavar="FILE-or-URL", help="a file that a corpus may hold, or its address")
    sub.add_argument("--into", type=_folder, metavar="FOLDER", help="folder to write into (default: the corpus)")
    sub.add_argument("--overwrite", action="store_true", help="replace files that differ, with all edits in them")
    sub.add_argument(
        "--allow-private", action="store_true", help="also from private addresses, and through the environment's proxy"
    )


def _add_journal(verb: Callable[..., argparse.ArgumentParser]) -> None:
    verb("info", journal.info, "say how much the journal holds, and of which days", "index")
    export = verb("export", journal.export, "write all rows, as JSON lines, or as CSV if FILE ends in .csv", "index")
    export.add_argument("file", type=Path, metavar="FILE", help="- for standard output")
    purge = verb("purge", journal.purge, "delete rows for good", "index")
    purge.add_argument("--before", type=_day, metavar="DATE", help="those of the days before, such as 2026-01-31")
    purge.add_argument("--reply", metavar="ID", help="one reply with its feedback; the id is in each reply")
    purge.add_argument("--all", action="store_true", help="every row, and damaged files that were set aside")


def _add_suggest(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--queries", type=Path, metavar="FILE", help="more questions to try them on, as for evaluate")
    sub.add_argument("--since", type=_day, metavar="DATE", help="the first day that counts, such as 2026-01-31")
    sub.add_argument(
        "--patch",
        type=Path,
        metavar="FILE",
        help="write what does no harm as a patch of the corpus; - prints",
    )
    sub.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="write questions with their entries, as train and evaluate read them",
    )
    sub.add_argument(
        "--most", type=_whole_number(10**4, least=1), default=200, metavar="N", help="try at most N (default: 200)"
    )


def _add_report(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--since", type=_since, default=timedelta(days=30), metavar="DATE", help="or so long ago: 7d (default: 30d)"
    )
    sub.add_argument("--html", type=Path, metavar="FILE", help="also write a page with charts; it stands alone")
    sub.add_argument("--csv", type=Path, metavar="FILE", help="also write a table for spreadsheets; - prints it")
    sub.add_argument("--pictures", type=_folder, metavar="DIR", help="also draw the charts as PNG into DIR")
    sub.add_argument(
        "--patch",
        type=Path,
        metavar="FILE",
        help="also try further wordings and write them, as suggest does; - prints",
    )


def _add_train(train: argparse.ArgumentParser) -> None:
    train.add_argument("tables", nargs="*", metavar="TABLE", help="tab-separated questions, instead of a corpus")
    train.add_argument(
        "--labels", type=Path, metavar="FILE", help="beside a corpus: more wordings, as suggest --labels writes them"
    )
    train.add_argument("--out", type=_folder, metavar="DIR", required=True, help="new folder for the adapter")
    train.add_argument("--start", default="default", metavar="NAME", help="encoder to start from (default: default)")
    train.add_argument("--teacher", metavar="NAME", help="a better encoder to learn from as well, such as large")
    train.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto", help="default: auto")
    train.add_argument("--steps", type=_whole_number(10**6, least=1), metavar="N", help="of learning (default: 100)")
    train.add_argument("--seed", type=_whole_number(10**9), metavar="N", help="of what is drawn (default: 0)")
    for option, text in (
        ("on-topic", "of the steps in which all texts are put on one topic"),
        ("rivals", "of the steps with texts that are near each other"),
        ("strength", "of what was learnt that is kept"),
    ):
        train.add_argument(f"--{option}", type=_share, metavar="SHARE", help=f"{text}, 0 to 1")


def _folder(text: str) -> Path:
    if text == "-":
        raise argparse.ArgumentTypeError("- is standard output, which holds no files; name a folder")
    return Path(text)


def _day(text: str) -> date:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it such as 2026-01-31")


def _since(text: str) -> date | timedelta:
    days = text.removesuffix("d")
    if days != text and days.isdecimal() and 1 <= int(days) <= 3650:
        return timedelta(days=int(days))
    with contextlib.suppress(ValueError):
        return date.fromisoformat(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no time; write a day such as 2026-01-31, or 7d for the last 7 days")


def _share(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 <= (share := float(text)) <= 1:
            return share
    raise argparse.ArgumentTypeError(f"{text!r} is not a number between 0 and 1")


def _whole_number(most: int, least: int = 0) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number between {least} and {most}")
        return int(text)

    return read
