"""Parses the `[[notices]]` of `bot.toml` into rules. Every mistake is reported by line, number and key.

A misspelt notice would be missing exactly when it matters, so nothing is guessed or skipped: an unknown key, an empty
list or a phrase without a word is an error. Whether the rules match as promised is checked by
`chatbot.content.notices`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NoReturn, get_args

from chatbot.core.problem import Problem
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import is_date, is_web_address, plain_words
from chatbot.core.toml_lines import TomlLines
from chatbot.core.types import NoticeLevel, NoticeRule

KEYS = tuple(field.name for field in fields(NoticeRule) if field.name not in ("url", "line"))
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class _Table:
    """One table as TOML gives it, and its place in the file."""

    values: Mapping[str, Any]
    number: int  # counted from 1
    lines: TomlLines

    def line_of(self, *key: str) -> int:
        return self.lines.line_of(("notices", self.number - 1, *key))

    def refuse(self, key: str, what: str, rule: str = "bad-value") -> NoReturn:
        """Raises _Refused with place and reason. An empty `key` means the whole table."""
        message = f"notices[{self.number}]{key and '.'}{key}: {what}"
        raise _Refused(Problem(SETTINGS_FILE, self.line_of(key), rule, message))


class _Refused(Exception):
    """The table is no rule. `args`: (problem,)."""


def notice_rules(value: object, lines: TomlLines) -> tuple[tuple[NoticeRule, ...], list[Problem]]:
    """The rules in `value`, from a file with these `lines`, and the first mistake of each table that is no rule."""
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        message = "notices: must be tables; write each below a line [[notices]]"
        return (), [Problem(SETTINGS_FILE, lines.line_of(("notices",)), "wrong-type", message)]
    rules: dict[str, NoticeRule] = {}
    problems: list[Problem] = []
    for number, values in enumerate(value, 1):
        table = _Table(values, number, lines)
        try:
            rule = _rule(table)
            if rule.id in rules:
                table.refuse("id", f'"{rule.id}" is the id of another notice too; give each its own')
            rules[rule.id] = rule
        except _Refused as error:
            problems += error.args
    return tuple(rules.values()), problems


def notice_rules_from_json(values: Iterable[Mapping[str, Any]]) -> tuple[NoticeRule, ...]:
    """The inverse of `dataclasses.asdict`, for manifests. Fields of other versions are ignored."""
    known = [field.name for field in fields(NoticeRule)]
    return tuple(NoticeRule(**{key: _frozen(rule[key]) for key in known if key in rule}) for rule in values)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _rule(table: _Table) -> NoticeRule:
    for key in table.values:
        if key not in KEYS:
            table.refuse(key, f"there is no such key; the keys are {', '.join(KEYS)}", "unknown-setting")
    source, url = _source(table)
    rule = NoticeRule(
        id=_text(table, "id"),
        level=_level(table),
        text=_text(table, "text"),
        any_of=_phrases(table, "any_of"),
        all_of=_groups(table),
        source=source,
        url=url,
        reviewed=_date(table, "reviewed"),
        review_by=_date(table, "review_by"),
        must_fire=_phrases(table, "must_fire"),
        must_not_fire=_phrases(table, "must_not_fire"),
        line=table.line_of(),
    )
    if not _ID.fullmatch(rule.id):
        table.refuse("id", f'"{rule.id}" must be small letters and digits joined by "-", such as chest-pain')
    if not rule.any_of and not rule.all_of:
        table.refuse("", "has no phrases and would never be shown; give it any_of or all_of")
    if not rule.must_fire:
        table.refuse("", "has no must_fire; list messages that have to show it, so that the build can try them")
    if not rule.reviewed and not rule.review_by:
        table.refuse("", "has no date; say with review_by = 2027-01-31 when somebody must read it again")
    return rule


def _text(table: _Table, key: str) -> str:
    value = table.values.get(key)
    if not isinstance(value, str) or not value.strip():
        table.refuse(key, "must be a text in quotes" if key in table.values else "is missing; every notice needs it")
    return value.strip()


def _level(table: _Table) -> NoticeLevel:
    level = _text(table, "level")
    known: tuple[NoticeLevel, ...] = get_args(NoticeLevel)
    for name in known:
        if name == level:
            return name
    table.refuse("level", f'"{level}" must be one of {", ".join(known)}')


def _phrases(table: _Table, key: str) -> tuple[str, ...]:
    return _phrase_list(table, key, table.values[key]) if key in table.values else ()


def _phrase_list(table: _Table, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(phrase, str) for phrase in value):
        table.refuse(key, "must be a list of texts in quotes, with at least one")
    for phrase in value:
        if not plain_words(phrase):
            table.refuse(key, f'"{phrase}" holds no word; write words, or delete it')
    return tuple(value)


def _groups(table: _Table) -> tuple[tuple[str, ...], ...]:
    if "all_of" not in table.values:
        return ()
    groups = table.values["all_of"]
    if not isinstance(groups, list) or not groups or not all(isinstance(group, list) for group in groups):
        table.refuse("all_of", 'must be a list of lists, such as [["numb", "tingling"], ["legs"]]')
    return tuple(_phrase_list(table, "all_of", group) for group in groups)


def _source(table: _Table) -> tuple[str, str]:
    """("label", "https://...") of "label https://..."."""
    if "source" not in table.values:
        return "", ""
    label, _, url = _text(table, "source").rpartition(" ")
    if not is_web_address(url) or not label.strip():
        table.refuse("source", 'must be a name and an address, such as "NHS https://www.nhs.uk/..."')
    return label.strip(), url


def _date(table: _Table, key: str) -> str:
    """An ISO date, written in quotes or as TOML's own date; "" where there is none."""
    value = table.values.get(key, "")
    text = str(value)  # a date as it is written
    if text and not is_date(text):
        table.refuse(key, f"{text!r} is not a date; write it as 2026-01-31")
    return text
