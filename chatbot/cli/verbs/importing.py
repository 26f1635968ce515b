"""Verbs that begin a corpus: import, init."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.printing import counts, print_content
from chatbot.cli.verbs.options import content_json, print_json, server_settings
from chatbot.content.profile import TO_BE_WRITTEN
from chatbot.core.profiles import HEALTH

if TYPE_CHECKING:
    from chatbot.verbs.corpus import Imported


def import_sources(options: argparse.Namespace) -> int:
    from chatbot import verbs

    folder = options.into or server_settings(options).corpus
    imported = verbs.import_sources(options.sources, folder, options.overwrite, options.allow_private)
    if options.json:
        files = [
            {"source": one.source, "file": str(folder / one.name), "state": one.state, "diff": one.diff}
            for one in imported.files
        ]
        ledger = {"ledger": [dataclasses.asdict(line) for line in imported.content.ledger]}
        print_json({"files": files, **content_json(imported.content), **ledger})
    else:
        _print_import(folder, imported)
    return 0


def _print_import(folder: Path, imported: "Imported") -> None:
    from chatbot.importing.sample_corpus import left_of_the_sample

    print_content(imported.content)
    for one in imported.files:
        if one.state == "differs":
            print(one.diff, end="")
    for one in imported.files:
        states = {
            "written": "written",
            "replaced": "replaced",
            "unchanged": "unchanged; it says what the source says",
            "differs": "not touched, as it differs (see above); --overwrite replaces it, and edits in it are lost",
        }
        print(f"{folder / one.name}: {states[one.state]} [{one.source}]")
    print(counts(imported.content))
    if sample := left_of_the_sample(folder):
        print(f"{sample} holds the three entries of init still; delete it, or they are served, too", file=sys.stderr)
    for label in imported.inside:
        print(f"take {label} out of {folder}, or its entries stand there twice", file=sys.stderr)
    print(f"Next: python -m chatbot lint --corpus {folder}")


def init(options: argparse.Namespace) -> int:
    from chatbot import verbs

    files = verbs.init(options.folder, options.profile)
    lint, build, serve = (f"python -m chatbot {verb} --corpus {options.folder}" for verb in ("lint", "build", "serve"))
    next_commands = [lint, f"{build} --index {options.folder}-index", f"{serve} --index {options.folder}-index"]
    if options.json:
        print_json({"files": [str(path) for path in files], "next": next_commands})
    else:
        for path in files:
            print(f"{path}: written")
        todo = f'Replace every "{TO_BE_WRITTEN}"; lint lists them. ' if options.profile == HEALTH else ""
        print(f"\n{todo}Write your questions and answers into it, or import them. Then:")
        for command in next_commands:
            print(f"  {command}")
    return 0
