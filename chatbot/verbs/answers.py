"""Verbs that answer from a build: ask, serve, mcp, export."""

import argparse
import dataclasses
import sys
from typing import Any

from chatbot.config import apply_overrides
from chatbot.errors import UsageError
from chatbot.printing import print_reply
from chatbot.verbs.options import print_json, server_settings


def ask(options: argparse.Namespace) -> int:
    from chatbot.dialogue.bot import Bot

    bot = Bot.open(server_settings(options).index)
    result = bot.ask(options.question, top=options.top, explain=options.explain)
    if options.json:
        print_json(dataclasses.asdict(result))
    else:
        for notice in result.notices:
            print(f"PLEASE READ THIS FIRST: {notice.text} {notice.source} {notice.url}".rstrip(), end="\n\n")
        for reply in result.replies:
            print_reply(reply, bot.build.settings, len(result.replies) > 1)
    return 0


def mcp(options: argparse.Namespace) -> int:
    from chatbot.dialogue.bot import Bot
    from chatbot.mcp_server import serve_mcp

    serve_mcp(Bot.open(server_settings(options).index))
    return 0


def serve(options: argparse.Namespace) -> int:
    from chatbot.web.server import serve

    def ready(bot: Any, url: str) -> None:
        print(f"Serving build {bot.build.id} on {url} (Ctrl+C stops)", file=sys.stderr, flush=True)
        if options.json:
            print_json({"build_id": bot.build.id, "url": url})
            sys.stdout.flush()

    serve(server_settings(options), ready)
    return 0


def export(options: argparse.Namespace) -> int:
    from chatbot.indexing.build import open_build
    from chatbot.web.faq_page import faq_page, inlined
    from chatbot.web.static_files import static_text

    build = open_build(server_settings(options).index)
    page = faq_page(build.entries, apply_overrides(build.settings), inlined(static_text("faq.css")))
    try:
        options.html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{options.html}: cannot be written ({error.strerror}); name another file") from None
    counts = {"entries": sum(not e.is_gap for e in build.entries), "gaps": sum(e.is_gap for e in build.entries)}
    if options.json:
        print_json({"file": str(options.html), "build_id": build.id, **counts})
    else:
        print(f"{options.html}: {counts['entries']} answers and {counts['gaps']} gaps of {build.id}")
    return 0
