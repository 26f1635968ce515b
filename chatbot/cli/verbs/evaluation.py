"""The verb that measures: evaluate."""

import argparse
import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.cli.verbs.options import print_json, progress, server_settings
from chatbot.cli.verbs.outputs import OUTPUT, require_folders, require_one_output, write_output, write_whole
from chatbot.core.errors import UsageError


def evaluate(options: argparse.Namespace) -> int:
    from chatbot import verbs
    from chatbot.insight.evaluate import trec_run
    from chatbot.insight.limits import broken_limits, read_limits
    from chatbot.insight.plots import plot_folder, write_plots
    from chatbot.insight.tables import failures_file

    if options.entries and options.corpus:
        raise UsageError("give --entries or --corpus, not both")
    files = {"--run": options.run_file, "--failures": Path(options.failures) if options.failures else None}
    if options.run_file == OUTPUT:
        require_one_output(files, options.json)
    require_folders(files)
    limits = read_limits(options.fail_under, options.fail_over)
    if options.plots:
        plot_folder(options.plots)
    evaluation = verbs.evaluate(
        options.queries,
        server_settings(options).index,
        options.entries or options.corpus,
        reuse=options.index,
        progress=progress(),
        for_trec=bool(options.run_file),
    )
    figures = evaluation.figures
    if options.run_file:
        write_output(options.run_file, trec_run(evaluation.judged).encode())
    if options.failures and options.failures != "-":
        write_whole(Path(options.failures), failures_file(Path(options.failures).name, figures["failed"]))
    if options.plots:
        write_plots(evaluation.judged, figures["threshold"], options.plots)
    with contextlib.redirect_stdout(sys.stderr) if options.run_file == OUTPUT else contextlib.nullcontext():
        _print(options, figures)
    broken = broken_limits(limits, figures)
    if broken:
        print(f"error: {broken}", file=sys.stderr)
    return 1 if broken else 0


def _print(options: argparse.Namespace, figures: Mapping[str, Any]) -> None:
    from chatbot.insight.tables import failed_list, figures_table, sweep_table

    if options.json:
        print_json(figures)
    else:
        shown = [figures_table(figures)]
        shown += [sweep_table(figures["sweep"])] * options.sweep
        shown += [failed_list(figures["failed"])] * (options.failures == "-")
        print("\n\n".join(shown))
