"""Routes of the HTTP contract that the widget uses and the server lacks so far, over the real bot."""

import dataclasses
from typing import Any

from fastapi import FastAPI, HTTPException

from chatbot.dialogue.bot import Bot
from chatbot.text import match_key


def add_contract_routes(app: FastAPI, bot: Bot) -> None:
    """Puts them before the routes of `app`."""
    before = len(app.router.routes)

    @app.get("/api/starters")
    def starters() -> dict[str, Any]:
        settings = bot.build.settings
        names = ("starters", "title", "greeting", "contact", "disclaimer", "lang")
        return {name: getattr(settings, name) for name in names}

    @app.get("/api/suggest")
    def suggest(q: str) -> dict[str, Any]:
        words = set(match_key(q).split())
        near = [entry for entry in bot.build.entries if words & set(match_key(entry.question).split())]
        return {"suggestions": [{"entry_id": entry.id, "question": entry.question} for entry in near]}

    @app.get("/api/entries/{entry_id}")
    def entry(entry_id: str) -> dict[str, Any]:
        reply = bot.show(entry_id)
        if reply is None:
            raise HTTPException(404, "there is no such entry")
        return {"reply": dataclasses.asdict(reply)}

    routes = app.router.routes
    routes[:] = routes[before:] + routes[:before]
