"""Verbs that answer from a build: ask, serve, mcp, export."""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.cli.printing import counted, print_reply
from chatbot.cli.verbs.options import of_many_sites, print_json, server_settings, warn_of_misspelt_variables
from chatbot.cli.verbs.outputs import OUTPUT, require_one_output, write_output
from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import hosted_settings

if TYPE_CHECKING:
    from chatbot.insight.explain import Why


def ask(options: argparse.Namespace) -> int:
    from chatbot import verbs
    from chatbot.content.block_text import plain_of

    index = server_settings(options).index
    reasons: Sequence[Why] = ()
    if options.explain:
        result, reasons = verbs.explain(index, options.question, top=options.top)
    else:
        result = verbs.ask(index, options.question, top=options.top)
    if options.json:
        why = {"why": [_without_reply(one) for one in reasons]} if options.explain else {}
        print_json({**dataclasses.asdict(result), **why})
    else:
        for notice in result.notices:
            print(
                f"PLEASE READ THIS FIRST: {plain_of(notice.blocks)} {notice.source} {notice.url}".rstrip(), end="\n\n"
            )
        for at, reply in enumerate(result.replies):
            print_reply(reply, len(result.replies) > 1, _sentences(reasons[at]) if options.explain else ())
    return 0


def _sentences(why: "Why") -> list[str]:
    from chatbot.insight.explain_text import changes_told, obstacles_told, words_told

    return [*words_told(why), *obstacles_told(why), *changes_told(why)]


def _without_reply(why: "Why") -> dict[str, Any]:
    """The reply stands among the replies already."""
    return {name: value for name, value in dataclasses.asdict(why).items() if name != "reply"}


def mcp(options: argparse.Namespace) -> int:
    from chatbot import verbs
    from chatbot.cli.mcp import serve_mcp

    serve_mcp(verbs.open_bot(server_settings(options).index))
    return 0


def serve(options: argparse.Namespace) -> int:
    from chatbot.indexing.site_folders import DATA
    from chatbot.web.log_lines import log_as_json
    from chatbot.web.server import serve, serve_many

    def tell(what: str, url: str, **facts: object) -> None:
        print(f"Serving {what} on {url} (Ctrl+C stops)", file=sys.stderr, flush=True)
        if options.json:
            print_json({**facts, "url": url})
            sys.stdout.flush()

    def many_ready(count: int, url: str) -> None:
        tell(f"{counted(count, 'site')} of {settings.sites}", url, sites=count)

    def ready(bot: Any, url: str) -> None:
        tell(f"build {bot.build.id}", url, build_id=bot.build.id)

    given = ServerSettings() if options.port else hosted_settings()
    try:
        settings = server_settings(options, given)
        if settings.log_format == "json":
            log_as_json()
    finally:  # in the form that was chosen, and before what ends it
        warn_of_misspelt_variables()
    if not settings.sites:
        serve(settings, ready)
        return 0
    if options.corpus:
        raise UsageError(f"give --corpus or --sites, not both; --sites is {settings.sites}")
    where = server_settings(options, dataclasses.replace(given, index=Path(settings.sites) / DATA))
    with of_many_sites(settings.sites):
        serve_many(where, many_ready)
    return 0


def export(options: argparse.Namespace) -> int:
    from chatbot import verbs

    if not (options.html or options.csv):
        raise UsageError("say what to write: --html FILE, --csv FILE, or both")
    require_one_output({"--html": options.html, "--csv": options.csv}, options.json)
    if options.html and options.csv and options.html.resolve() == options.csv.resolve():
        raise UsageError(f"{options.html}: named for the page and for the table; name two files")
    exported = verbs.export(server_settings(options).index, page=bool(options.html), table=bool(options.csv))
    files = {path: data for path, data in ((options.html, exported.page), (options.csv, exported.table)) if path}
    for path, data in files.items():
        write_output(path, data)
    if options.json:
        counts = {"entries": exported.entries, "gaps": exported.gaps}
        print_json({"files": [str(path) for path in files], "build_id": exported.build_id, **counts})
    else:
        written = " and ".join(str(path) for path in files)
        summary = f"{counted(exported.entries, 'answer')} and {counted(exported.gaps, 'gap')} of {exported.build_id}"
        print(f"{written}: {summary}", file=sys.stderr if OUTPUT in files else sys.stdout)
    return 0
