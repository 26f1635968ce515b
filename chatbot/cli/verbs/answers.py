"""Verbs that answer from a build: ask, serve, mcp, export."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

from chatbot.cli.printing import counted, print_reply
from chatbot.cli.verbs.options import print_json, server_settings, write_whole
from chatbot.core.errors import UsageError
from chatbot.core.settings import ServerSettings, apply_overrides, hosted_settings


def ask(options: argparse.Namespace) -> int:
    from chatbot.content.plain import plain_of
    from chatbot.dialogue.bot import Bot

    bot = Bot.open(server_settings(options).index)
    result = bot.ask(options.question, top=options.top, explain=options.explain)
    if options.json:
        print_json(dataclasses.asdict(result))
    else:
        for notice in result.notices:
            print(
                f"PLEASE READ THIS FIRST: {plain_of(notice.blocks)} {notice.source} {notice.url}".rstrip(), end="\n\n"
            )
        for reply in result.replies:
            print_reply(reply, len(result.replies) > 1)
    return 0


def mcp(options: argparse.Namespace) -> int:
    from chatbot.cli.mcp import serve_mcp
    from chatbot.dialogue.bot import Bot

    serve_mcp(Bot.open(server_settings(options).index))
    return 0


def serve(options: argparse.Namespace) -> int:
    from chatbot.web.server import serve

    def ready(bot: Any, url: str) -> None:
        print(f"Serving build {bot.build.id} on {url} (Ctrl+C stops)", file=sys.stderr, flush=True)
        if options.json:
            print_json({"build_id": bot.build.id, "url": url})
            sys.stdout.flush()

    serve(server_settings(options, ServerSettings() if options.port else hosted_settings()), ready)
    return 0


def export(options: argparse.Namespace) -> int:
    from chatbot.content.faq_table import faq_table
    from chatbot.indexing.build import open_build
    from chatbot.web.faq.page import faq_page, inlined, inlined_script
    from chatbot.web.static_files import static_text

    if not (options.html or options.csv):
        raise UsageError("say what to write: --html FILE, --csv FILE, or both")
    to_output = Path("-") in (options.html, options.csv)
    if to_output and options.json:
        raise UsageError("- and --json would both be on standard output; name a file")
    if options.html and options.csv and options.html.resolve() == options.csv.resolve():
        raise UsageError(f"{options.html}: named for the page and for the table; name two files")
    build = open_build(server_settings(options).index)
    files: dict[Path, bytes] = {}
    if options.html:
        style, script = inlined(static_text("faq.css")), inlined_script(static_text("faq.js"))
        page = faq_page(build.entries, apply_overrides(build.settings), style, script)
        files[options.html] = page.encode()
    if options.csv:
        files[options.csv] = faq_table(build.entries)
    for path, data in files.items():
        if path == Path("-"):
            sys.stdout.buffer.write(data)
        else:
            write_whole(path, data)
    counts = {"entries": sum(not e.is_gap for e in build.entries), "gaps": sum(e.is_gap for e in build.entries)}
    if options.json:
        print_json({"files": [str(path) for path in files], "build_id": build.id, **counts})
    else:
        written = " and ".join(str(path) for path in files)
        told = f"{counted(counts['entries'], 'answer')} and {counted(counts['gaps'], 'gap')} of {build.id}"
        print(f"{written}: {told}", file=sys.stderr if to_output else sys.stdout)
    return 0
