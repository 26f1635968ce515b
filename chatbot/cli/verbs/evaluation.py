"""The verb that measures: evaluate."""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.cli.verbs.options import print_json, progress, server_settings, write_whole
from chatbot.core.errors import UsageError
from chatbot.core.settings import load_bot_settings

if TYPE_CHECKING:
    from chatbot.dialogue.bot import Bot
    from chatbot.encoding.protocols import Encoder


_OUTPUT = Path("-")  # standard output, as the name of a file


def evaluate(options: argparse.Namespace) -> int:
    from chatbot.insight.evaluate import check_ids, evaluate, read_queries, trec_run
    from chatbot.insight.limits import broken_limits, read_limits
    from chatbot.insight.plots import plot_folder, write_plots
    from chatbot.insight.report import failures_file

    if options.entries and options.corpus:
        raise UsageError("give --entries or --corpus, not both")
    _check_files(options)
    limits = read_limits(options.fail_under, options.fail_over)
    queries = read_queries(options.queries)
    if options.plots:
        plot_folder(options.plots)
    bot = _bot_to_evaluate(options)
    if options.run_file:
        check_ids(queries, bot.build.row_of)
    figures, judged = evaluate(bot, queries)
    if options.run_file:
        _write_run(options.run_file, trec_run(judged))
    if options.failures and options.failures != "-":
        write_whole(Path(options.failures), failures_file(Path(options.failures).name, figures["failed"]))
    if options.plots:
        write_plots(judged, figures["threshold"], options.plots)
    with contextlib.redirect_stdout(sys.stderr) if options.run_file == _OUTPUT else contextlib.nullcontext():
        _print(options, figures)
    broken = broken_limits(limits, figures)
    if broken:
        print(f"error: {broken}", file=sys.stderr)
    return 1 if broken else 0


def _check_files(options: argparse.Namespace) -> None:
    """UsageError where what is to be written has no place."""
    if options.run_file == _OUTPUT and (options.json or options.failures == "-"):
        other = "--json" if options.json else "--failures -"
        raise UsageError(f"--run - and {other} would both be on standard output; name a file")
    for file in (Path(name) for name in (options.run_file, options.failures) if name):
        if not file.parent.is_dir():
            raise UsageError(f"{file}: there is no such folder; name a file in one that exists")


def _write_run(path: Path, run: str) -> None:
    if path == _OUTPUT:
        print(run, end="")
    else:
        write_whole(path, run.encode())


def _print(options: argparse.Namespace, figures: Mapping[str, Any]) -> None:
    from chatbot.insight.report import failed_list, figures_table, sweep_table

    if options.json:
        print_json(figures)
    else:
        shown = [figures_table(figures)]
        shown += [sweep_table(figures["sweep"])] * options.sweep
        shown += [failed_list(figures["failed"])] * (options.failures == "-")
        print("\n\n".join(shown))


def _bot_to_evaluate(options: argparse.Namespace) -> "Bot":
    from chatbot.dialogue.bot import Bot

    source = options.entries or options.corpus
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        index = server_settings(options).index
        if not source:
            return Bot.open(index)
        target, encoder = _build_for_evaluation(source, index, options.index, Path(scratch))
        return Bot.open(target, encoder)


def _build_for_evaluation(source: Path, index: Path, named: Path | None, scratch: Path) -> "tuple[Path, Encoder]":
    """Builds `source` and returns where, and with what: measuring changes no index that is there, it only takes vectors
    from that which was `named`, and the encoder of `index`."""
    from chatbot.indexing.builder import build
    from chatbot.indexing.encoders import KeptEncoder, encoder_of
    from chatbot.indexing.store import current_build

    settings = load_bot_settings(source)
    target = named if named and current_build(named) is None else scratch
    encoder = encoder_of(index, settings)
    if isinstance(encoder, KeptEncoder) and not encoder.is_kept:
        encoder = encoder_of(target, settings)
    build(source, target, settings, encoder, progress(), reuse=named)
    return target, encoder
