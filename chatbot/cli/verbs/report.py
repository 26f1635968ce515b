"""The verb on what the journal tells: report."""

import argparse
import sys

from chatbot.cli.verbs.options import journal_file, print_json, progress, server_settings
from chatbot.cli.verbs.outputs import OUTPUT, require_folders, require_one_output, write_output
from chatbot.cli.verbs.suggestions import suggestion_lines
from chatbot.core.text import visible


def report(options: argparse.Namespace) -> int:
    from chatbot import verbs
    from chatbot.insight.report_table import as_json, as_table
    from chatbot.insight.report_text import report_text

    files = {"--html": options.html, "--csv": options.csv, "--patch": options.patch}
    require_one_output(files, options.json)
    require_folders(files)
    _require_pictures(options)
    where, journal = server_settings(options), journal_file(options)
    done = verbs.report(journal, where.index, options.since)
    lines = [report_text(done.report)]
    if options.pictures:
        from chatbot.insight.maps import write_pictures

        write_pictures(done.report, done.pictured, options.pictures)
    if options.html:
        from chatbot.insight.report_page import report_page

        write_output(options.html, report_page(done.report, done.pictured).encode())
    if options.csv:
        write_output(options.csv, as_table(done.report))
    if options.patch:
        found = verbs.suggest(
            where.corpus, where.index, journal, since=done.report.since, progress=progress("trying", "wordings")
        )
        write_output(options.patch, found.patch.diff)
        lines += ["", *suggestion_lines(found, options.patch, where.corpus)]
    if options.json:
        print_json(as_json(done.report))
    else:
        out = sys.stderr if OUTPUT in files.values() else sys.stdout
        print(visible("\n".join(lines), keep="\n"), file=out)
    return 0


def _require_pictures(options: argparse.Namespace) -> None:
    """UsageError where pictures cannot be drawn, before the long work."""
    if options.html or options.pictures:
        from chatbot.insight.plots import plot_folder, require_matplotlib

        if options.pictures:
            plot_folder(options.pictures)
        require_matplotlib()
