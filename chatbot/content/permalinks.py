"""Links that a site adds to its headings: to link to them ("\u00b6", "#"), to edit them ("[edit]") or to print them.

In any format, they are not part of the heading.
"""

import re

from chatbot.core.text import match_key

SIGNS = "\u00b6\u00a7#\u221e\u2693\U0001f517\ufe0e\ufe0f"  # the last two only select how a sign is drawn
_NOTHING = re.compile(rf"[\s{SIGNS}\[\]()|\u200b]*")
_WORDS = re.compile(
    r"(?:perma ?link|permanent link|direct link|copy link|link|anchor|anchor link|direktlink|enlace permanente"
    r"|lien permanent)(?: (?:to|for|zu|a|vers)(?: .{1,300})?)?(?: copied)?"
)
_EDITS = re.compile(
    r"edit|source|edit (?:source|section|this section|this page)|(?:quelltext )?bearbeiten"
    r"|modifier(?: le (?:wiki)?code)?"
    r"|editar(?: c\u00f3digo| fonte)?|modifica(?: wikitesto)?|(?:brontekst )?bewerken|edytuj(?: kod)?"
    r"|(?:print|share|copy)(?: (?:this )?(?:article|page|question))?|drucken|teilen|imprimer|partager"
    r"|imprimir|compartir|stampa|condividi|afdrukken|delen|drukuj"
    r"|redigera(?: wikitext)?|rediger|\u043f\u0440\u0430\u0432\u0438\u0442\u044c|\u7f16\u8f91|\u7de8\u96c6"
)
_LINK = re.compile(
    r"\s*(?:\[(?P<words>[^\[\]]*)\]\(\s*<?#[^)]*\)|<a\b[^>]*>(?P<html>(?:(?!</?a\b).)*)</a>)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")


def is_sign(words: str) -> bool:
    """Whether a link with these `words` has no text besides signs."""
    return _NOTHING.fullmatch(words) is not None


def is_permalink(words: str) -> bool:
    return is_sign(words) or _WORDS.fullmatch(match_key(words)) is not None


def is_edit(words: str) -> bool:
    """Whether `words` may be a link to edit or print. They may also be part of the heading."""
    return _EDITS.fullmatch(match_key(words)) is not None


def without_permalink(heading: str) -> str:
    """A Markdown heading without the link to itself at its end."""
    link = _LINK.search(heading)
    label = _TAG.sub("", link["words"] or link["html"] or "") if link else ""
    return heading[: link.start()] if link and link.start() and is_permalink(label) else heading
