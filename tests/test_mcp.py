"""The MCP tool as a client meets it: over the standard input and output of a process of its own."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

mcp = pytest.importorskip("mcp", reason="the optional package mcp is not installed")
pytest.importorskip("mcp.server.mcpserver", reason="the package mcp is older than 2")


async def called(index: Path, *arguments: dict[str, Any]) -> tuple[list[str], list[Any]]:
    environment = {**os.environ, "CHATBOT_ENCODER": "hashing"}
    command = ["-m", "chatbot", "mcp", "--index", str(index)]
    process = mcp.StdioServerParameters(command=sys.executable, args=command, env=environment, cwd=str(ROOT))
    async with mcp.stdio_client(process) as (read, write), mcp.ClientSession(read, write) as session:
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        return tools, [(await session.call_tool("ask", each)).structured_content for each in arguments]


def test_the_tool_gives_what_the_api_gives(index: Path) -> None:
    tools, [answered, unknown, refused] = asyncio.run(
        called(index, {"question": "May dogs eat chocolate?"}, {"question": "xylophone"}, {"question": " "})
    )
    assert tools == ["ask"]
    [reply] = answered["replies"]
    assert (reply["status"], reply["answer"]["entry_id"]) == ("answered", "may-dogs-eat-chocolate")
    assert reply["answer"]["plain"].startswith("No, chocolate is poisonous for dogs:\n\n1. call your vet")
    assert unknown["replies"][0]["answer"] is None
    assert refused["error"]["code"] == "empty_question"
