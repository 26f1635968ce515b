"""The process that parses files. `chatbot.content.parsing` starts it and sends it files.

A request is a line of JSON with `name`, `size`, `cpu` (seconds), `memory` (bytes) and `options`, followed by the file.
The answer is the file's `Content` in parts, one line of JSON each, and then a line "null".
"""

import dataclasses
import json
import resource
import select
import sys
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from chatbot.content.file_checks import checked
from chatbot.content.formats import READERS
from chatbot.content.ledger import Content, LedgerLine, content_as_json
from chatbot.content.links import with_links
from chatbot.content.options import corpus_options
from chatbot.content.readers.file_kind import check_kind
from chatbot.content.readers.source import Unreadable, made_utf8
from chatbot.core.problem import Problem
from chatbot.core.text import clean

_PATIENCE = 60  # seconds without a request
_PACKED = (".xlsx", ".docx", ".pdf")  # not text
_MOST_PROBLEMS = 200  # of a file


def main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # output of libraries must not mix with the answers
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl works without it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes nothing but its answers
    while select.select([requests], [], [], _PATIENCE)[0] and (line := requests.readline()):
        request = json.loads(line)
        data = requests.read(request["size"])
        _limit(request)
        for content in parse(request["name"], data, request["options"]):
            answers.write(json.dumps(content_as_json(content)).encode() + b"\n")
        answers.write(b"null\n")
        answers.flush()


def parse(name: str, data: bytes, options: Mapping[str, Any] | None = None) -> Iterator[Content]:
    """The content of a file in parts, rendered and checked. Every failure becomes a problem."""
    listed = 0
    corpus_options.set(options or {})
    try:
        check_kind(name, data)
        suffix = PurePosixPath(name).suffix.lower()
        if suffix not in _PACKED:
            data, (line, note) = made_utf8(data)
            if note:
                yield Content(problems=[Problem(name, line, "encoding", note, "warning")])
        for content in READERS[suffix](name, data):
            if (links := (options or {}).get("links")) is not None:
                content = with_links(content, links)
            content = checked(content)
            yield _with_few_problems(name, content, _MOST_PROBLEMS - listed)
            listed += len(content.problems)
    except Unreadable as error:
        yield _refused(name, data, Problem(name, *error.args))
    except MemoryError:
        yield _refused(name, data, Problem(name, 0, "limits", "reading it takes too much memory; split it"))
    except RecursionError:
        yield _refused(name, data, Problem(name, 0, "nesting", "nested too deeply; make it flatter"))


def _with_few_problems(name: str, content: Content, most: int) -> Content:
    """At most `most` problems, errors first: a file of the wrong kind has one on every line."""
    problems = sorted(content.problems, key=lambda problem: problem.severity)
    if len(problems) <= most:
        return content
    more = Problem(
        name, 0, "many-problems", f"over {_MOST_PROBLEMS} problems; correct these first", problems[0].severity
    )
    return dataclasses.replace(content, problems=[*problems[: max(most, 0)], *([more] if most >= 0 else [])])


def _refused(name: str, data: bytes, problem: Problem) -> Content:
    """An empty content whose ledger says that no line of the file is read."""
    suffix, text = PurePosixPath(name).suffix.lower(), data.decode("utf-8-sig", "replace")
    lines = [] if suffix in _PACKED else (text if suffix.startswith(".json") else clean(text)).split("\n")
    reason = "the file is not read"
    ledger = [LedgerLine(name, n, "dropped", line.strip(), reason) for n, line in enumerate(lines, 1) if line.strip()]
    return Content(ledger=ledger, problems=[problem])


def _limit(request: dict[str, Any]) -> None:
    """Sets the limits for this request. They are soft limits, so the next request can set others."""
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], resource.RLIM_INFINITY))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + request["cpu"], resource.RLIM_INFINITY))
