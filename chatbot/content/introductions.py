"""Reports text between the title of a part and its first question: it is in no answer, and visitors may ask for it."""

import re
from collections.abc import Sequence

from chatbot.content.document import Block, Document
from chatbot.content.furniture import asks
from chatbot.content.sections import LONGEST, Section
from chatbot.core.text import match_key

# Words that only announce the questions below.
_LEADING_ON = re.compile(
    r"\b(?:faqs?|(?:questions?|answers?|fragen|antworten|preguntas|respuestas|domande|risposte|perguntas|vragen|pytania)\b"
    r"|following|folgende|suivant|siguiente|seguent)|вопрос|问题|質問",
    re.IGNORECASE,
)
_FEWEST = 4  # words of a text that is worth reporting


def report_introductions(document: Document, sections: Sequence[Section]) -> None:
    """Names the titles of parts whose text belongs to no question, in one warning a file.

    The page's own title is not that of a part. `sections`: the questions that are read.
    """
    used = {block_id for section in sections for block_id in section.used}
    heads = {id(head) for section in sections for head in section.heads}
    ranks = [block.level for block in document.blocks if block.kind == "heading"]
    parts: list[tuple[Block, Block]] = []
    for at, title in enumerate(document.blocks):
        if title.kind != "heading" or id(title) in used or title.level == min(ranks) or asks(title.words, LONGEST):
            continue
        below = document.blocks[at + 1 :]
        end = next((n for n, block in enumerate(below) if block.kind == "heading" or id(block) in heads), None)
        text = [b for b in below[:end] if b.kind in ("paragraph", "list", "table") and id(b) not in used]
        is_part = end is not None and id(below[end]) in heads and below[end].level > title.level
        text = [b for b in text if not b.links_only and len(match_key(b.words).split()) >= _FEWEST]
        if is_part and any(not _LEADING_ON.search(block.words) for block in text):
            parts.append((title, text[0]))
    if parts:
        names = ", ".join(f'"{title.words[:60]}"' for title, _ in parts[:5]) + (", ..." if len(parts) > 5 else "")
        what = f"text below {names} stands under no question and is not read"
        message = f"{what}; write the title as a question if somebody may ask for it"
        document.problem(parts[0][0].line, "introduction", message, "warning")
