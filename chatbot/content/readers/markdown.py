"""`.md`: a heading and the text below it are an entry.

Front matter between two "---" lines holds what is common to the file: `tags`, `lang`, `source`, `url`,
`reviewed`, `review_by`, one `key: value` a line. Below a heading, a list under "Also asked:" holds other
wordings of the question, and a paragraph of `Key: value` lines (the same keys, and `id`) speaks for that
entry alone. A question without text is a gap; another heading without text is a section title, or a slip.
"""

from dataclasses import dataclass, field

from chatbot.content.ledger import Content
from chatbot.content.readers.metadata import LIST_KEYS, METADATA_KEYS
from chatbot.content.readers.section import KEY_VALUE, Values, read_body, store, unquoted
from chatbot.content.readers.source import SourceFile
from chatbot.content.render import parse_markdown, strip_markup
from chatbot.text import ends_as_question, one_line, slug
from chatbot.types import Entry


@dataclass(slots=True)
class _Section:
    """A heading and the numbers of the lines below it, counted from 1."""

    heading: str
    level: int
    lines: range  # of the heading itself
    body: list[int] = field(default_factory=list)
    has_deeper: bool = False


def read_markdown(file: str, text: str) -> Content:
    source = SourceFile(file, text)
    shared, first = _front_matter(source)
    entries = []
    for section in _sections(source, first):
        alternates, own, answer = read_body(source, section.body)
        is_title = section.has_deeper and (section.level == 1 or not ends_as_question(section.heading))
        if not answer and (is_title or not ends_as_question(section.heading)):
            for number in (*section.lines, *section.body):
                source.note(number, "dropped", "section title" if is_title else "heading without text")
            if not is_title:
                message = f'no text below "{section.heading}"; write some, or delete the heading'
                source.problem(section.lines[0], "heading-without-text", message, "warning")
            continue
        for number in section.lines:
            source.note(number, "question")
        values = {**shared, **own}
        entries.append(
            Entry(
                id=str(values.pop("id", "")) or slug(section.heading),
                question=section.heading,
                answer=answer,
                alternates=tuple(alternates),
                file=file,
                line=section.lines[0],
                **values,
            )
        )
    if not entries:
        message = 'no heading with text below it; write each question as "## Question?" and its answer below'
        source.problem(0, "no-question", message)
    return source.content(entries)


def _front_matter(source: SourceFile) -> tuple[Values, int]:
    """The values between "---" and "---" at the top, and the number of the first line after them."""
    if source.lines[1].strip() != "---":
        return {}, 1
    end = next((n for n, line in source.lines.items() if n > 1 and line.strip() == "---"), None)
    if end is None:
        for number in source.lines:
            source.note(number, "dropped", "front matter that is not closed")
        source.problem(1, "front-matter", 'front matter opens with "---" and is not closed; add a line "---" below it')
        return {}, len(source.lines) + 1
    values: Values = {}
    key = ""
    for number in range(1, end + 1):
        line = source.lines[number]
        source.note(number, "metadata")
        pair = KEY_VALUE.match(line)
        if line.strip() in ("", "---"):
            continue
        if line.lstrip().startswith("#"):
            source.note(number, "dropped", "comment")
        elif line.lstrip().startswith("- ") and key in LIST_KEYS:
            values[key] = (*values.get(key, ()), unquoted(line.strip()[2:]))
        elif pair is None:
            source.problem(number, "front-matter", 'not a "key: value" line; mend it or delete it')
        else:
            key = store(source, number, pair, values, METADATA_KEYS - {"id"})
    return values, end + 1


def _sections(source: SourceFile, first: int) -> list[_Section]:
    """The headings and their lines. Deeper headings that ask nothing belong to the answer of a question above."""
    body = "\n".join("" if number < first else line for number, line in source.lines.items())
    sections: list[_Section] = []
    open_question = 0  # level of the question heading we are under, 0 for none
    number = first
    tokens = parse_markdown(body)
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None or token.level:
            continue
        level, heading = int(token.tag[1]), one_line(strip_markup(tokens[at + 1].content))
        asks = ends_as_question(heading)
        above = range(number, token.map[0] + 1)  # the lines between the heading before and this one
        # A title such as "# Got questions?" holds no answer, so what is below it is not its answer.
        is_title = open_question == 1 and not any(source.lines[n].strip() for n in above)
        if not heading or (open_question and level > open_question and not asks and not is_title):
            continue
        _fill(source, sections, above)
        if sections and level > sections[-1].level:
            sections[-1].has_deeper = True
        sections.append(_Section(heading, level, range(token.map[0] + 1, token.map[1] + 1)))
        number = token.map[1] + 1
        open_question = level if asks else 0
    _fill(source, sections, range(number, len(source.lines) + 1))
    return sections


def _fill(source: SourceFile, sections: list[_Section], numbers: range) -> None:
    for number in numbers:
        if sections:
            sections[-1].body.append(number)
        else:
            source.note(number, "dropped", "stands before the first heading")
