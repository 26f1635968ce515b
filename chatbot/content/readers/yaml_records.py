"""`.yaml` and `.yml`: lists of questions and answers as site generators keep them. The only door to PyYAML.

The file is read event by event, so nothing in it is executed, constructed or repeated: no tags, no aliases of lists. A
scalar is the text as written: 09:30 stays a time and "no" an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chatbot.content.ledger import Content
from chatbot.content.readers.fields import FieldReading
from chatbot.content.readers.record_fields import Reasons, add_records, finished
from chatbot.content.readers.record_shapes import records_in
from chatbot.content.readers.record_values import Node
from chatbot.core.text import clean

_DEPTH = 40  # levels of lists and objects
_TAG = "tag:yaml.org,2002:"
_KNOWN_TAGS = frozenset(_TAG + name for name in "str int float bool null timestamp seq map".split())
_NULL = ("", "~", "null", "Null", "NULL")


class _Broken(Exception):
    """The file cannot be read. `args`: (line, rule, message)."""


@dataclass(slots=True)
class _Open:
    """A list or an object that has not ended yet."""

    line: int
    is_object: bool
    nodes: list[Node] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        return self.is_object and len(self.keys) == len(self.nodes)


def read_yaml(file: str, text: str) -> Content:
    reading = FieldReading(file)
    text = clean(text)
    lines = text.split("\n")
    reasons: Reasons = {}
    text_lines: set[int] = set()  # lines of texts, where "#" does not begin a comment
    tags: set[str] = set()
    try:
        root = _tree(reading, text, text_lines)
    except _Broken as error:
        reading.problem(*error.args)
        reasons = dict.fromkeys(range(1, len(lines) + 1), "not valid YAML, or in one file with it")
    else:
        if isinstance(root.value, str | None):
            reading.problem(1, "yaml", "must be a list of entries, each with question: and answer:")
            reasons = dict.fromkeys(range(1, len(lines) + 1), "no list of entries")
        else:
            tags = add_records(reading, records_in(root), reasons)
            comments = [n for n, line in enumerate(lines, 1) if line.lstrip().startswith("#") and n not in text_lines]
            reasons |= dict.fromkeys(comments, "comment")
    return finished(reading, lines, reasons, tags)


def _tree(reading: FieldReading, text: str, text_lines: set[int]) -> Node:
    """The document in the file. Raises _Broken where there is none that may be read."""
    stack: list[_Open] = []
    roots: list[Node] = []
    anchors: dict[str, Node | None] = {}  # None for a list or an object
    for kind, event in _events(text):
        line = event.start_mark.line + 1
        if kind == "AliasEvent":
            _put(_repeated(event, line, anchors), stack, roots)
        elif kind == "ScalarEvent":
            _check_tag(event, line)
            node = _scalar(event, line)
            text_lines.update(range(line, node.last + 1))
            anchors[event.anchor] = node
            _put(node, stack, roots)
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            _check_tag(event, line)
            anchors[event.anchor] = None
            _check_place(stack, line)
            stack.append(_Open(line, kind == "MappingStartEvent"))
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            _put(_closed(reading, stack.pop(), event), stack, roots)
    roots = [root for root in roots if root.value is not None] or roots
    if len(roots) > 1:
        raise _Broken(roots[1].first, "yaml", 'a second document begins here, below "---"; keep one a file')
    return roots[0] if roots else Node(None, 1, 1, _no_members)


def _repeated(event: Any, line: int, anchors: Mapping[str, Node | None]) -> Node:
    node = anchors.get(event.anchor)
    if node is None:
        raise _Broken(
            line, "yaml-alias", f'"*{event.anchor}" repeats a list or an object, which is not read; write it out'
        )
    return Node(node.value, line, line, _no_members)


def _events(text: str) -> Iterator[tuple[str, Any]]:
    """(kind, event) of each event in `text`."""
    import yaml  # for corpora that need it only

    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            yield type(event).__name__, event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "; put a text that holds a colon between quotes" if "mapping values" in str(error.problem) else ""
        what = " ".join(str(error.problem or error.context).split())
        raise _Broken(mark.line + 1 if mark else 1, "yaml", f"not valid YAML: {what}{hint}") from None
    except (yaml.YAMLError, RecursionError) as error:
        position = getattr(error, "position", 0) or 0
        line = text.count("\n", 0, position) + 1
        raise _Broken(line, "yaml", f"not valid YAML: {getattr(error, 'reason', 'nested too deeply')}") from None


def _scalar(event: Any, line: int) -> Node:
    value = None if event.implicit[0] and event.value in _NULL else event.value
    return Node(value, line, _last(event, line), _no_members)


def _last(event: Any, first: int) -> int:
    """The last line of what `event` ends: a mark at the beginning of a line comes after the line above."""
    line: int = event.end_mark.line + 1 if event.end_mark.column else event.end_mark.line
    return max(line, first)


def _check_tag(event: Any, line: int) -> None:
    if event.tag and event.tag != "!" and event.tag not in _KNOWN_TAGS:
        name = event.tag.replace(_TAG, "!!")[:60]
        raise _Broken(line, "yaml-tag", f'the tag "{name}" is not read, as it may stand for a program; delete it')


def _check_place(stack: Sequence[_Open], line: int) -> None:
    """Raises _Broken where no list or object may begin."""
    if len(stack) == _DEPTH:
        raise _Broken(line, "nesting", f"over {_DEPTH} lists and objects in one another; make it flatter")
    if stack and stack[-1].wants_key:
        raise _Broken(line, "yaml", "a list or an object stands in the place of a key; write a text")


def _put(node: Node, stack: list[_Open], roots: list[Node]) -> None:
    if not stack:
        roots.append(node)
    elif stack[-1].wants_key:
        stack[-1].keys.append("" if node.value is None else str(node.value))
    else:
        stack[-1].nodes.append(node)


def _closed(reading: FieldReading, group: _Open, event: Any) -> Node:
    """The list or object that has ended. A duplicate key is reported, and its first value counts."""
    last = max((node.last for node in group.nodes), default=group.line)
    last = max(last, event.end_mark.line + 1) if event.end_mark.index > event.start_mark.index else last
    if not group.is_object:
        nodes = group.nodes
        return Node([node.value for node in nodes], group.line, last, lambda: (("", node) for node in nodes))
    seen: set[str] = set()
    for key, node in zip(group.keys, group.nodes, strict=True):
        if key in seen:
            reading.problem(node.first, "duplicate-key", f'"{key[:80]}" stands twice in one entry; keep one')
        seen.add(key)
    value: dict[str, Any] = {}
    for key, node in zip(group.keys, group.nodes, strict=True):
        value.setdefault(key, node.value)
    pairs = list(zip(group.keys, group.nodes, strict=True))
    return Node(value, group.line, last, lambda: iter(pairs))


def _no_members() -> Iterator[tuple[str, Node]]:
    return iter(())
