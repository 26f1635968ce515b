"""What sites put around their content, in any format: navigation, notices, calls to action, tables of contents."""

import re
from collections.abc import Sequence

from chatbot.content.document import Block
from chatbot.text import ends_as_question, match_key

# Whole lines, as match keys (lower case, no punctuation).
_NAVIGATION = re.compile(
    r"(?:(?:go |scroll )?(?:back )?to (?:the )?top(?: of (?:the |this )?page)?|top of (?:the )?page"
    r"|(?:go )?back to (?:the )?(?:questions|list|index|contents|table of contents|start|menu|overview|faqs?)"
    r"|return to (?:the )?(?:top|questions|list|index|contents|table of contents)"
    r"|begin typing your search(?: term)?(?: above)?(?: and press (?:enter|return) to search)?"
    r"(?: press esc(?:ape)? to (?:cancel|close))?"
    r"|(?:press|hit) (?:esc(?:ape)?|enter|return) to (?:cancel|close|search)"
    r"|skip to (?:the )?(?:main )?content|skip navigation"
    r"|(?:toggle|open|close|main|expand|collapse) (?:menu|navigation|all|search)"
    r"|(?:expand|collapse|open|close|show|hide) (?:all )?(?:answers?|questions?|sections?)"
    r"|share(?: this(?: page| article| post)?| on (?:facebook|x|twitter|linkedin|whatsapp|pinterest|reddit))"
    r"|(?:share )?(?:facebook|twitter|linkedin|whatsapp|pinterest|instagram|youtube|tiktok|reddit)"
    r"(?: (?:facebook|twitter|linkedin|whatsapp|pinterest|instagram|youtube|tiktok|email|x|reddit))+"
    r"|(?:print|email|bookmark|edit) this (?:page|article)|edit (?:this page )?on (?:github|gitlab)|copy link|permalink"
    r"|(?:accept|reject|decline|allow|manage)(?: all)? cookies|cookie (?:settings|preferences|policy)"
    r"|accept and close|got it|(?:show|load|read) (?:more|less)|(?:previous|next) (?:page|article|post)"
    r"|all rights reserved|was this (?:page |article |answer )?(?:helpful|useful)(?: yes no)?"
    r"|did this answer your question"
    r"|home(?: (?:faqs?|help|support|questions))+|last updated(?: on)?(?: \w+){1,4}"
    r"|nach oben|zurück (?:nach oben|zum anfang|zum seitenanfang|zur übersicht)|zum (?:seitenanfang|inhalt springen)"
    r"|alle cookies akzeptieren|cookie einstellungen|war (?:das|dieser artikel) hilfreich(?: ja nein)?|seite drucken"
    r"|(?:retour )?(?:en |vers le )?haut(?: de (?:la )?page)?|aller au contenu|accepter les cookies|imprimer"
    r"|(?:volver|ir) arriba|volver al (?:inicio|índice)|saltar al contenido|aceptar (?:todas las )?cookies"
    r"|torna (?:su|in alto|all inizio)|voltar ao topo|terug naar boven|naar boven|wróć na górę|наверх|вернуться наверх"
    r"|返回顶部|回到顶部|ページトップへ(?:戻る)?|トップへ戻る|맨 위로|العودة إلى الأعلى)"
)
# Such as are navigation only where they are links.
_LINKS = re.compile(
    r"top|up|home|back|next|previous|share|e ?mail|print|menu|search|login|log in|sign in|sign up|register"
    r"|contact(?: us)?|faqs?|facebook|twitter|x|linkedin|whatsapp|pinterest|instagram|youtube|tiktok|reddit|oben|haut"
    r"|arriba|su|contents|index"
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)\s*(?:19|20)\d\d|copyright\b).{0,100}$", re.IGNORECASE)
_COOKIE_BANNER = re.compile(
    r"(?=.*\bcookies?\b)(?=.*\b(?:accept|agree|consent|continuing|preferences|best experience|akzeptieren|zustimmen"
    r"|accepter|aceptar|accetta\w*)\b)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:table of |on this page ?)?contents?|on this page|in this (?:article|page)|toc|index|quick links|jump to"
    r"|inhalt(?:sverzeichnis)?|auf dieser seite|sommaire|table des matières|índice|(?:tabla de )?contenidos?|indice"
    r"|inhoud(?:sopgave)?|spis treści|содержание|оглавление|目录|目次|목차|المحتويات|içindekiler"
)
_CALL = re.compile(
    r"(?:still|more|other|further|any|got|have|do you have|did you have|other|need|not|no|ready|want|looking"
    r"|can.?t find|couldn.?t find|didn.?t find|did not find|could not find|don.?t see|was this|is this|did this"
    r"|are you ready|would you like|haven.?t found|in doubt|noch|weitere|(?:haben|hast) (?:sie|du) (?:noch|weitere)"
    r"|nichts|(?:nicht|noch) (?:gefunden|fragen)|encore|d.?autres|vous avez|besoin|une question|todavía|aún|más|tienes"
    r"|tiene|necesitas|altre|hai|ancora|ainda|mais|tem|nog|meer|heeft u|masz|остались|не нашли|还有|まだ)\b",
    re.IGNORECASE,
)


def reason(words: str, about: str = "") -> str:
    """Why a line that says `words` is none of the page's content, or "". `about`: the question that it stands below."""
    if not (key := match_key(words)):
        return ""
    if len(key) < 90 and _NAVIGATION.fullmatch(key):
        return "navigation"
    if _COPYRIGHT.match(words.strip()) and "copyright" not in about.casefold():
        return "copyright notice"
    if len(words) < 400 and "cookie" not in about.casefold() and _COOKIE_BANNER.match(words):
        return "cookie banner"
    return ""


def is_link_of_the_site(words: str) -> bool:
    """Whether a block that is nothing but a link, and says `words`, leads around the site."""
    return _LINKS.fullmatch(match_key(words)) is not None


def is_contents(heading: str) -> bool:
    """Whether `heading` is that of a table of contents."""
    return _CONTENTS.fullmatch(match_key(heading)) is not None


def is_call(words: str, answer: Sequence[Block]) -> bool:
    """Whether `words` call to act, as "Still have questions?" over a button does, and ask nothing."""
    if not _CALL.match(words.strip()):
        return False
    said = [block for block in answer if match_key(block.words)]
    return all(block.links_only for block in said) or _asks_for_questions(words)


def _asks_for_questions(words: str) -> bool:
    key = match_key(words)
    return len(key.split()) <= 8 and bool(
        re.search(
            r"\b(?:questions?|help|answers?|looking for|contact|fragen?|hilfe|preguntas?|dudas?|domande|perguntas"
            r"|vragen|pytania|вопросы|问题|質問)\b|问题|質問",
            key,
        )
    )


def asks(words: str, longest: int) -> bool:
    """Whether a line or block that says `words` looks like a question of its own."""
    return ends_as_question(words) and len(words) <= longest and bool(match_key(words))
