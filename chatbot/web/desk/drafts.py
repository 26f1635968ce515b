"""Drafts of entries from what visitors asked: Markdown as it stands in a corpus, the answer still to be written."""

from collections.abc import Sequence

from chatbot.core.text import match_key, one_line
from chatbot.importing.write import inline_markdown
from chatbot.insight.redaction import PLACEHOLDER


def draft_of(questions: Sequence[str]) -> str:
    """The first of the wordings is the question, the others are its alternates. "" without one."""
    wordings = wordings_of(questions)
    if not wordings:
        return ""
    question, *alternates = map(inline_markdown, wordings)
    asked = "".join(f"- {text}\n" for text in alternates)
    return f"## {question}\n\n" + (f"Also asked:\n{asked}\n" if asked else "")


def wordings_of(questions: Sequence[str]) -> list[str]:
    """Different `questions`, each on one line. Those from which personal details were taken say nothing that anybody
    would ask, and are left out."""
    wordings: dict[str, str] = {}
    for text in questions:
        if not PLACEHOLDER.search(text):
            wordings.setdefault(match_key(text), one_line(text))
    wordings.pop("", None)
    return [*wordings.values()]
