"""Questions in one part of a file and answers in another, joined by name, as chatbot frameworks keep them.

`nlu` lists examples of each intent, `responses` the answers: "utter_faq/hours" answers the intent "faq/hours", or a
rule names the response of an intent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chatbot.content.readers.record_values import Node, texts_of

_ENTITY = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\{[^{}]*\})")  # "[ten](hour)" in an example
_ITEM = re.compile(r"^\s*-\s+(.*\S)\s*$", re.MULTILINE)
_ANSWERS = ("responses", "templates")
_STEPS = ("rules", "stories")


@dataclass(slots=True)
class Named:
    """The wordings of an intent, its answer ("" for none), and the lines of both."""

    intent: str
    questions: list[str]
    lines: list[tuple[int, int]]
    answer: str = ""
    others: list[str] = field(default_factory=list)  # alternative answers


def named_answers(node: Node) -> list[Named]:
    """The intents of a file that keeps questions and answers apart. Empty for other files."""
    if not isinstance(node.value, dict) or not isinstance(node.value.get("nlu"), list):
        return []
    parts = dict(node.members())
    intents: dict[str, Named] = {}
    for _, item in parts["nlu"].members():
        intent, examples = _intent_of(item.value)
        if intent:
            known = intents.setdefault(intent, Named(intent, [], []))
            known.questions += examples
            known.lines.append((item.first, item.last))
    response_of = dict(pair for key in _STEPS if key in parts for pair in _intent_responses(parts[key].value))
    responses = {name: child for key in _ANSWERS if key in parts for name, child in parts[key].members()}
    for intent, known in intents.items():
        child = responses.get(response_of.get(intent, "")) or responses.get(f"utter_{intent}") or responses.get(intent)
        texts = texts_of(child.value) if child else []
        if child and texts:
            known.answer, known.others = texts[0], texts[1:]
            known.lines.append((child.first, child.last))
    return list(intents.values())


def holds_answers_only(node: Node) -> bool:
    """Whether it is a file of responses whose intents are in another file."""
    value = node.value
    responses = [value[key] for key in _ANSWERS if isinstance(value.get(key), dict)] if isinstance(value, dict) else []
    names = [name for part in responses for name in part]
    return bool(names) and "nlu" not in value and all(name.startswith("utter_") for name in names)


def _intent_of(value: object) -> tuple[str, list[str]]:
    if not isinstance(value, dict) or not isinstance(value.get("intent"), str):
        return "", []
    examples = value.get("examples")
    lines = _ITEM.findall(examples) if isinstance(examples, str) else texts_of(examples)
    return value["intent"], [_ENTITY.sub(r"\1", line) for line in lines]


def _intent_responses(rules: object) -> Iterator[tuple[str, str]]:
    """(intent, name of its response) of each rule with both."""
    for rule in rules if isinstance(rules, list) else ():
        steps = rule.get("steps") if isinstance(rule, dict) else None
        intent = ""
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, dict) and isinstance(step.get("intent"), str):
                intent = step["intent"]
            elif isinstance(step, dict) and isinstance(step.get("action"), str) and intent:
                yield intent, step["action"]
                intent = ""
