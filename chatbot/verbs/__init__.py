"""What one can do with a FAQ from Python: one function for each verb of the command line, which only prints.

    from chatbot.verbs import ask, build

    report = build("corpus", "index")
    replies = ask("index", "How long should I rest?")

All take paths and plain values, return frozen values, and print nothing. Every error that a user can cause is a
`chatbot.core.errors.ChatbotError`: one sentence that says what is wrong, where, and what to do.
"""

from chatbot.verbs.answers import ask, check_transcript, explain, export, open_bot
from chatbot.verbs.corpus import import_sources, init, lint
from chatbot.verbs.evaluation import evaluate
from chatbot.verbs.index import build, build_sites, dry_run, info, is_up_to_date, rollback, verify
from chatbot.verbs.journal import journal_export, journal_info, journal_purge
from chatbot.verbs.replicas import new_key, pack, pull
from chatbot.verbs.report import report
from chatbot.verbs.suggestions import suggest
from chatbot.verbs.training import train

__all__ = [
    "ask",
    "build",
    "build_sites",
    "check_transcript",
    "dry_run",
    "evaluate",
    "explain",
    "export",
    "import_sources",
    "info",
    "init",
    "is_up_to_date",
    "journal_export",
    "journal_info",
    "journal_purge",
    "lint",
    "new_key",
    "open_bot",
    "pack",
    "pull",
    "report",
    "rollback",
    "suggest",
    "train",
    "verify",
]
