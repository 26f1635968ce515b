"""The FAQ as a tool for programs that speak the Model Context Protocol, over standard input and output.

The only door to the `mcp` package, which is optional: pip install mcp.
"""

import dataclasses
from typing import Any

from chatbot import __version__
from chatbot.content.block_text import plain_of
from chatbot.core.errors import EngineDown, QuestionRefused, UsageError
from chatbot.dialogue.bot import Bot

_INSTRUCTIONS = (
    "Answers come word for word from the FAQ. Where `status` is not `answered`, it has no answer that is sure enough: "
    "say so and offer `suggestions`; do not answer in its place. Show `notices` before everything else."
)


def serve_mcp(bot: Bot) -> None:
    """Serves until standard input ends. UsageError where the package is missing."""
    try:
        from mcp.server.mcpserver import MCPServer
    except ImportError:
        raise UsageError("the package mcp (2 or later) is not installed; run: pip install 'mcp>=2'") from None
    server = MCPServer(bot.build.settings.title, instructions=_INSTRUCTIONS, version=__version__, log_level="ERROR")

    @server.tool(description=f"Ask the FAQ \u201c{bot.build.settings.title}\u201d a question in free words.")
    def ask(question: str, top: int = 3) -> dict[str, Any]:
        """The body of `POST /api/ask`, each answer also as `plain` text without markup.

        A question that is refused, or cannot be answered now, gives its error and what must be read first.
        """
        try:
            result = bot.ask(question, top=min(max(top, 0), 20))
        except (QuestionRefused, EngineDown) as error:
            notices = [dataclasses.asdict(notice) for notice in error.notices]
            return {"error": {"code": error.code, "message": str(error)}, "notices": notices}
        body = dataclasses.asdict(result)
        for reply, shown in zip(result.replies, body["replies"], strict=True):
            if reply.answer:
                shown["answer"]["plain"] = plain_of(reply.answer.blocks)
        return body

    server.run("stdio")
