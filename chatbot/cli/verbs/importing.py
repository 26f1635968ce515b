"""Verbs that begin a corpus: import, init."""

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.printing import counts, print_content
from chatbot.cli.verbs.options import content_json, print_json, server_settings
from chatbot.content.ledger import Content, joined
from chatbot.core.errors import UsageError

if TYPE_CHECKING:
    from chatbot.importing.placing import Placed


def import_sources(options: argparse.Namespace) -> int:
    """All is read, written and compared first; only then the first file is touched."""
    from chatbot.importing.placing import placed, write_into
    from chatbot.importing.reading import read_source
    from chatbot.importing.write import written

    folder = options.into or server_settings(options).corpus
    if os.path.exists(folder) and not os.path.isdir(folder):
        raise UsageError(f"{folder}: is a file; name a folder with --into")
    reads = [read_source(source, options.allow_private) for source in options.sources]
    files = [(read, written(read.content, read.source, read.url, read.label)) for read in reads]
    found = placed(folder, files, options.overwrite)
    write_into(folder, found)
    content = joined(
        dataclasses.replace(
            read.content, entries=[dataclasses.replace(entry, file=read.label) for entry in read.content.entries]
        )
        for read in reads
    )
    inside = [read.label for read in reads if read.path and read.path.resolve().is_relative_to(folder.resolve())]
    if options.json:
        shown = [
            {"source": one.source, "file": str(folder / one.name), "state": one.state, "diff": one.diff}
            for one in found
        ]
        ledger = {"ledger": [dataclasses.asdict(line) for line in content.ledger]}
        print_json({"files": shown, **content_json(content), **ledger})
    else:
        _print_import(folder, found, content, inside)
    return 0


def _print_import(folder: Path, found: "list[Placed]", content: Content, inside: list[str]) -> None:
    from chatbot.importing.starting import left_of_the_sample

    print_content(content)
    for one in found:
        if one.state == "differs":
            print(one.diff, end="")
    for one in found:
        said = {
            "written": "written",
            "replaced": "replaced",
            "unchanged": "unchanged; it says what the source says",
            "differs": "not touched, as it differs (see above); --overwrite replaces it, and edits in it are lost",
        }
        print(f"{folder / one.name}: {said[one.state]} [{one.source}]")
    print(counts(content))
    if sample := left_of_the_sample(folder):
        print(f"{sample} holds the three entries of init still; delete it, or they are served, too", file=sys.stderr)
    for label in inside:
        print(f"take {label} out of {folder}, or its entries stand there twice", file=sys.stderr)
    print(f"Next: python -m chatbot lint --corpus {folder}")


def init(options: argparse.Namespace) -> int:
    from chatbot.importing.starting import start_corpus

    files = start_corpus(options.folder)
    lint, build, serve = (f"python -m chatbot {verb} --corpus {options.folder}" for verb in ("lint", "build", "serve"))
    next_commands = [lint, f"{build} --index {options.folder}-index", f"{serve} --index {options.folder}-index"]
    if options.json:
        print_json({"files": [str(path) for path in files], "next": next_commands})
    else:
        for path in files:
            print(f"{path}: written")
        print("\nWrite your questions and answers into it, or import them. Then:")
        for command in next_commands:
            print(f"  {command}")
    return 0
