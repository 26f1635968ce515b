"""Placeholders of a site generator, such as "{{ faq.question }}", are neither questions nor answers."""

import re
from collections.abc import Sequence

from chatbot.content.assembly import Assembly
from chatbot.content.document import Block
from chatbot.content.sections import Section
from chatbot.core.text import match_key

TEMPLATE = "here is a template, which the site's generator fills in"
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|<\?.*?\?>|\$\{.*?\}", re.DOTALL)
_VALUE = re.compile(r"\{\{|<%=|\$\{")


def is_template(words: str) -> bool:
    """Whether `words` are placeholders only."""
    return _TEMPLATE.search(words) is not None and not match_key(_TEMPLATE.sub("", words))


def without_templates(assembly: Assembly, sections: Sequence[Section], is_given: bool) -> list[Section]:
    """The sections with text of their own. `is_given`: whether the data for the placeholders is read, too."""
    kept: list[Section] = []
    why = "a template of the site's generator"
    for section in sections:
        filled = [block for block in section.answer if _is_filled(block)]
        for block in filled:
            assembly.drop(block, why)
        section.answer = [block for block in section.answer if block not in filled]
        if is_template(section.question):
            assembly.drop_section(section, why, why)
        elif section.has_answer or not filled:
            kept.append(section)
    document = assembly.document
    lines = [block.line for block in document.blocks if _is_filled(block) and _VALUE.search(block.words)]
    if lines and not is_given:
        message = f"{TEMPLATE}, so it is not read"
        advice = "put the data that it shows into the corpus, or the page that comes of it"
        document.problem(min(lines), "template", f"{message}; {advice}", "warning")
    return kept


def _is_filled(block: Block) -> bool:
    return block.kind in ("paragraph", "heading", "quote", "list") and is_template(block.words)
