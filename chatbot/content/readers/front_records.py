"""Lists of questions and answers in front matter: `faqs:` above a template that shows them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatbot.content.ledger import Content
from chatbot.content.readers.column_names import VAGUE, meanings
from chatbot.content.readers.toml_records import FENCE, read_toml_lists
from chatbot.content.readers.yaml_records import read_yaml
from chatbot.core.text import clean, ends_as_question

_KEY = re.compile(r"[\"']?[^\s\"':#-][^\"':]{0,40}[\"']?\s*:(?:\s|$)")
_FIELD = re.compile(r"\s*(?:-\s+)?[\"']?(?P<name>[^\s\"':-][^\"':]{0,40})[\"']?\s*:\s+(?P<value>.*)$")


def take_records(file: str, text: str) -> tuple[str, Content]:
    """`text` without the lines of records in its front matter (they become empty), and the entries of the records."""
    lines = clean(text).split("\n")
    if lines[0].strip() == FENCE:
        end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == FENCE), 0)
        taken, given = read_toml_lists(file, lines[:end])
        return _without(lines, taken), given
    if lines[0].strip() != "---":
        return text, Content()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() in ("---", "...")), 0)
    taken = {n for block in _blocks(lines, end) if _are_records([lines[n] for n in block]) for n in block}
    if not taken:
        return text, Content()
    given = read_yaml(file, "\n".join(line if n in taken else "" for n, line in enumerate(lines[:end])))
    return _without(lines, taken), given


def _without(lines: Sequence[str], taken: set[int]) -> str:
    # A blank second line would make the first one a rule.
    return "\n".join("#" * (n == 1) if n in taken else line for n, line in enumerate(lines))


def joined_with(given: Content, content: Content) -> Content:
    """`content` of a file together with the entries `given` in its front matter."""
    if not given.ledger:
        return content
    ledger = {line.line: line for line in (*content.ledger, *given.ledger)}
    return replace(
        content,
        entries=sorted([*given.entries, *content.entries], key=lambda entry: entry.line),
        ledger=[ledger[number] for number in sorted(ledger)],
        problems=[*given.problems, *content.problems],
    )


def _blocks(lines: Sequence[str], end: int) -> Iterator[list[int]]:
    """The indices of the lines of each key at the beginning of a line."""
    block: list[int] = []
    for at in range(1, end):
        if _KEY.match(lines[at]) and block:
            yield block
            block = []
        block.append(at)
    yield block


def _are_records(lines: Sequence[str]) -> bool:
    """Whether they hold a list of objects, each with a question and an answer."""
    fields = [match for line in lines[1:] if (match := _FIELD.match(line))]
    known = {(meaning.field, meaning.tier < VAGUE) for match in fields for meaning in meanings(match["name"])}
    is_named = {("question", True), ("answer", True)} <= known
    asked = [[f["value"].strip("\"' ") for f in fields if f["name"] == name] for name in _titles(fields)]
    is_likely = ("answer", False) in known and any(
        len(all_of) > 1 and all(map(ends_as_question, all_of)) for all_of in asked
    )
    return any(line.lstrip().startswith("- ") for line in lines) and (is_named or is_likely)


def _titles(fields: Sequence[re.Match[str]]) -> set[str]:
    """The names that may be those of a question."""
    names = {match["name"] for match in fields}
    return {name for name in names if any(m.field == "question" and m.tier <= VAGUE for m in meanings(name))}
