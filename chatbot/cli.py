"""`python -m chatbot VERB`: a thin skin over the rooms below.

Results go to standard output (with `--json`, as one JSON document), messages to standard error. Exit status:
0 done, 1 the content, the index or the question is at fault, 2 wrong usage.
"""

import argparse
import dataclasses
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot import __version__
from chatbot.config import ServerSettings, apply_overrides, load_bot_settings
from chatbot.content.ledger import Content
from chatbot.errors import ChatbotError, ContentError, UsageError
from chatbot.printing import counts, print_checked, print_content, print_expectation, print_reply

if TYPE_CHECKING:
    from chatbot.dialogue.bot import Bot


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and returns its exit status. Errors of ours are one sentence, never a trace."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("chatbot").setLevel(logging.INFO)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except ChatbotError as error:
        if options.json:
            problems = {"problems": error.problems} if isinstance(error, ContentError) else {}
            _print_json({"error": {"code": error.code, "message": str(error)}, **problems})
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chatbot", description="A semantic-search FAQ chatbot.")
    parser.add_argument("--version", action="version", version=f"verbatim {__version__}")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    def verb(name: str, run: Any, text: str, *shared: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(run=run)
        sub.add_argument("--json", action="store_true", help="print one JSON document on standard output")
        if "corpus" in shared:
            sub.add_argument("--corpus", type=Path, help="folder of FAQ files, or one such file (default: corpus)")
        if "index" in shared:
            sub.add_argument("--index", type=Path, help="folder of the built index (default: index)")
        return sub

    lint = verb(
        "lint", _lint, "list mistakes, gaps and dropped lines of the corpus, with file and line", "corpus", "index"
    )
    lint.add_argument("--meaning", action="store_true", help="also near duplicates and rivals; needs the model")
    verb("build", _build, "build the index from the corpus and publish it", "corpus", "index")
    ask = verb("ask", _ask, "answer one question from the built index", "index")
    ask.add_argument("question")
    ask.add_argument("--explain", action="store_true", help="also say why: features, what matched, runner-up, gap")
    ask.add_argument("--top", type=_count, default=3, metavar="N", help="at most N suggestions (default: 3)")
    serve = verb(
        "serve", _serve, "serve the chat page and the API; builds the index first if it is stale", "corpus", "index"
    )
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    verify = verb(
        "verify", _verify, "check every hash of the index, or the answers of a transcript word for word", "index"
    )
    verify.add_argument("transcript", type=Path, nargs="?", metavar="FILE", help="JSON, such as `ask --json` prints")
    verb("mcp", _mcp, "serve the FAQ as a tool of the Model Context Protocol, on standard input and output", "index")
    export = verb("export", _export, "write the whole FAQ as one page for any web host", "index")
    export.add_argument("--html", type=Path, metavar="FILE", required=True, help="the page to write; it stands alone")
    evaluate = verb("evaluate", _evaluate, "measure the answers on a labelled set of questions", "corpus", "index")
    evaluate.add_argument("--entries", type=Path, metavar="FILE", help="FAQ entries, JSON lines, instead of a corpus")
    evaluate.add_argument(
        "--queries", type=Path, metavar="FILE", required=True, help="questions with their right entries"
    )
    evaluate.add_argument(
        "--run",
        dest="run_file",
        type=Path,
        metavar="FILE",
        help="also write a TREC run file, the first 100 entries each",
    )
    evaluate.add_argument("--sweep", action="store_true", help="also print the figures at cuts from 0.05 to 0.95")
    evaluate.add_argument("--plots", type=Path, metavar="DIR", help="also draw reliability.png and scores.png into DIR")
    for option, direction, example in (
        ("--fail-under", "lower", "success_at_1=0.8"),
        ("--fail-over", "higher", "false_answer_rate=0.1"),
    ):
        evaluate.add_argument(
            option, action="append", default=[], metavar="METRIC=VALUE",
            help=f"exit with status 1 if the metric is {direction}, such as {example}; may be repeated",
        )  # fmt: skip
    return parser


def _lint(options: argparse.Namespace) -> int:
    from chatbot.indexing.builder import checked_by_meaning, checked_corpus
    from chatbot.search.encoder import load_encoder

    where = _server_settings(options)
    settings = load_bot_settings(where.corpus)
    if options.meaning:
        content = checked_by_meaning(where.corpus, settings, load_encoder(settings.encoder), where.index)
    else:
        content = checked_corpus(where.corpus, settings)
    if options.json:
        _print_json(_content_json(content) | {"ledger": [dataclasses.asdict(line) for line in content.ledger]})
    else:
        print_content(content)
        print(counts(content))
    return 1 if content.errors else 0


def _build(options: argparse.Namespace) -> int:
    from chatbot.indexing.builder import build
    from chatbot.search.encoder import load_encoder

    where = _server_settings(options)
    settings = load_bot_settings(where.corpus)
    started = time.perf_counter()
    report = build(where.corpus, where.index, settings, load_encoder(settings.encoder), _progress())
    numbers = {"passages": report.passages, "encoded": report.encoded, "reused": report.reused}
    if options.json:
        expected = {"expected": report.expectation.as_json()}
        _print_json({"build_id": report.build_id, **_content_json(report.content), **numbers, **expected})
    else:
        print_content(report.content)
        print(
            f"{report.build_id}: {counts(report.content)}; {report.passages} passages, {report.encoded} encoded, "
            f"{report.reused} reused; {time.perf_counter() - started:.1f} s"
        )
        print_expectation(report.expectation)
    return 0


def _ask(options: argparse.Namespace) -> int:
    from chatbot.dialogue.bot import Bot

    bot = Bot.open(_server_settings(options).index)
    result = bot.ask(options.question, top=options.top, explain=options.explain)
    if options.json:
        _print_json(dataclasses.asdict(result))
    else:
        for notice in result.notices:
            print(f"PLEASE READ THIS FIRST: {notice.text} {notice.source} {notice.url}".rstrip(), end="\n\n")
        for reply in result.replies:
            print_reply(reply, bot.build.settings, len(result.replies) > 1)
    return 0


def _verify(options: argparse.Namespace) -> int:
    from chatbot.indexing.build import open_build
    from chatbot.indexing.store import read_build
    from chatbot.insight.transcript import check_transcript, read_transcript

    index = _server_settings(options).index
    if options.transcript is None:
        stored = read_build(index)
        if options.json:
            _print_json({"build_id": stored.id, "files": stored.manifest["files"]})
        else:
            print(f"{stored.id}: the hashes of all {len(stored.files)} files are as in the manifest")
        return 0
    build = open_build(index)
    checked = check_transcript(read_transcript(options.transcript), {entry.id: entry for entry in build.entries})
    if not checked:
        raise ContentError(f"{options.transcript}: holds no answer; give what `ask --json` or POST /api/ask gave")
    if options.json:
        _print_json({"build_id": build.id, "answers": [dataclasses.asdict(answer) for answer in checked]})
    else:
        print_checked(checked, build.id)
    return 0 if all(answer.finding in ("same", "own words") for answer in checked) else 1


def _mcp(options: argparse.Namespace) -> int:
    from chatbot.dialogue.bot import Bot
    from chatbot.mcp_server import serve_mcp

    serve_mcp(Bot.open(_server_settings(options).index))
    return 0


def _serve(options: argparse.Namespace) -> int:
    from chatbot.web.server import serve

    def ready(bot: Any, url: str) -> None:
        print(f"Serving build {bot.build.id} on {url} (Ctrl+C stops)", file=sys.stderr, flush=True)
        if options.json:
            _print_json({"build_id": bot.build.id, "url": url})
            sys.stdout.flush()

    serve(_server_settings(options), ready)
    return 0


def _export(options: argparse.Namespace) -> int:
    from chatbot.indexing.build import open_build
    from chatbot.web.faq_page import faq_page, inlined
    from chatbot.web.static_files import static_text

    build = open_build(_server_settings(options).index)
    page = faq_page(build.entries, apply_overrides(build.settings), inlined(static_text("faq.css")))
    try:
        options.html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.html}: cannot be written ({error.strerror}); name another file") from None
    counts = {"entries": sum(not e.is_gap for e in build.entries), "gaps": sum(e.is_gap for e in build.entries)}
    if options.json:
        _print_json({"file": str(options.html), "build_id": build.id, **counts})
    else:
        print(f"{options.html}: {counts['entries']} answers and {counts['gaps']} gaps of {build.id}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from chatbot.insight.evaluate import check_ids, evaluate, read_queries, trec_run
    from chatbot.insight.limits import broken_limits, read_limits
    from chatbot.insight.plots import plot_folder, write_plots
    from chatbot.insight.report import figures_table, sweep_table

    if options.entries and options.corpus:
        raise UsageError("give --entries or --corpus, not both")
    if options.run_file and not options.run_file.parent.is_dir():
        raise UsageError(f"{options.run_file}: there is no such folder; name a file in one that exists")
    limits = read_limits(options.fail_under, options.fail_over)
    queries = read_queries(options.queries)
    if options.plots:
        plot_folder(options.plots)
    bot = _bot_to_evaluate(options)
    if options.run_file:
        check_ids(queries, bot.build.row_of)
    figures, judged = evaluate(bot, queries)
    if options.run_file:
        options.run_file.write_text(trec_run(judged), encoding="utf-8")
    if options.plots:
        write_plots(judged, figures["threshold"], options.plots)
    if options.json:
        _print_json(figures)
    else:
        print(figures_table(figures))
        if options.sweep:
            print(f"\n{sweep_table(figures['sweep'])}")
    broken = broken_limits(limits, figures)
    if broken:
        print(f"error: {broken}", file=sys.stderr)
    return 1 if broken else 0


def _bot_to_evaluate(options: argparse.Namespace) -> "Bot":
    from chatbot.dialogue.bot import Bot

    source = options.entries or options.corpus
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        index = _server_settings(options).index
        if source:
            index = _build_for_evaluation(source, options.index, Path(scratch))
        return Bot.open(index)


def _build_for_evaluation(source: Path, index: Path | None, scratch: Path) -> Path:
    """Builds `source` and returns where: measuring changes no index that is there, it only takes vectors from it."""
    from chatbot.indexing.builder import build
    from chatbot.indexing.store import current_build
    from chatbot.search.encoder import load_encoder

    settings = load_bot_settings(source)
    target = index if index and current_build(index) is None else scratch
    build(source, target, settings, load_encoder(settings.encoder), _progress(), reuse=index)
    return target


def _server_settings(options: argparse.Namespace) -> ServerSettings:
    flags = {name: getattr(options, name, None) for name in ("corpus", "index", "host", "port")}
    return apply_overrides(ServerSettings(), flags=flags)


def _content_json(content: Content) -> dict[str, Any]:
    return {
        "entries": len(content.entries) - len(content.gaps),
        "gaps": len(content.gaps),
        "dropped_lines": len(content.dropped),
        "problems": [dataclasses.asdict(problem) for problem in content.problems],
        "gap_questions": [{"file": e.file, "line": e.line, "question": e.question} for e in content.gaps],
        "dropped": [dataclasses.asdict(line) for line in content.dropped],
    }


def _progress() -> Any:
    """A counter of encoded texts on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\rencoding {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return show


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 20:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number between 0 and 20")
    return int(text)
