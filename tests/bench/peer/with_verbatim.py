"""Verbatim in a process that stays: the whole of `Bot.ask`. Building and the command line need no module here."""

from pathlib import Path

from chatbot.dialogue.bot import Bot


def opened(_, folder):
    bot = Bot.open(Path(folder))

    def ask(question):
        reply = bot.ask(question).replies[0]
        return [found.entry_id for found in (reply.answer, *reply.suggestions) if found]

    return ask


def encoder(_, folder):
    """What the encoder of the build does with passages."""
    return Bot.open(Path(folder)).served.encoder.encode_passages
