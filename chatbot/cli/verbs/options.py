"""What the verbs share: settings from options, JSON out, progress on a terminal."""

import argparse
import contextlib
import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from chatbot.content.ledger import Content
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import SITES, apply_overrides, misspelt_variables
from chatbot.core.text import visible

if TYPE_CHECKING:  # it comes with numpy, which `--help` can do without
    from chatbot.encoding.protocols import Progress


_FLAGS = ("corpus", "index", "sites", "max_open", "host", "port", "workers", "follow", "follow_key", "log_format")


def server_settings(options: argparse.Namespace, given: ServerSettings = ServerSettings()) -> ServerSettings:  # noqa: B008
    """`given`, with what the environment and then the options say."""
    flags = {name: getattr(options, name, None) for name in _FLAGS}
    return apply_overrides(given, flags=flags)


@contextlib.contextmanager
def of_many_sites(folder: str | Path) -> Iterator[None]:
    """Within, also engines and builds in processes of their own know that what a corpus says is not the word of whoever
    runs the server."""
    before = os.environ.get(SITES)
    os.environ[SITES] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[SITES]
        else:
            os.environ[SITES] = before


def journal_file(options: argparse.Namespace) -> Path:
    from chatbot.insight.journal_schema import journal_path

    return journal_path(server_settings(options))


def warn_of_misspelt_variables() -> None:
    for sentence in misspelt_variables():
        print(f"warning: {visible(sentence)}", file=sys.stderr)


def content_json(content: Content) -> dict[str, Any]:
    return {
        "entries": len(content.entries) - len(content.gaps),
        "gaps": len(content.gaps),
        "dropped_lines": len(content.dropped),
        "coverage": [dataclasses.asdict(one) for one in content.coverage],
        "problems": [dataclasses.asdict(problem) for problem in content.problems],
        "gap_questions": [{"file": e.file, "line": e.line, "question": e.question} for e in content.gaps],
        "dropped": [dataclasses.asdict(line) for line in content.dropped],
    }


def progress(doing: str = "encoding", unit: str = "texts", for_programs: bool = False) -> "Progress | None":
    """A bar on a terminal, nothing elsewhere. `for_programs`: lines of JSON instead."""
    if for_programs:
        return lambda done, total: print(json.dumps({"done": done, "total": total}), file=sys.stderr, flush=True)
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    bar: tqdm[NoReturn] | None = None

    def show(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            size = shutil.get_terminal_size()  # tqdm itself shows nothing where a terminal does not tell its size
            bar = tqdm(total=total, desc=doing, unit=f" {unit}", file=sys.stderr, ncols=size.columns, nrows=size.lines)
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show


def print_json(value: object) -> None:
    """In ASCII where standard output cannot hold a letter, or a terminal would obey it: JSON can write any so."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
        is_plain = visible(text, keep="\n") == text
    except UnicodeEncodeError:
        is_plain = False
    print(text if is_plain else json.dumps(value, indent=1))
