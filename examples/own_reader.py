"""Build a FAQ from a source of your own: here a table of a SQLite database.

    python -m examples.own_reader help.db corpus index

Writes the rows into `corpus/from_database.jsonl`, one JSON object a line, and builds the index. The fields are those
of docs/formats.md. Passages whose text did not change are not encoded again, so this may run every hour.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from chatbot.core.errors import ChatbotError
from chatbot.verbs import build


def entries(database: str) -> Iterator[dict[str, object]]:
    """`id` keeps links and statistics alive when a question is reworded; `alternates` are other wordings of it."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:  # one that is missing is not created
        for key, question, answer, also in connection.execute("SELECT id, question, answer, also_asked FROM faq"):
            yield {
                "id": f"db-{key}",
                "question": question,
                "answer": answer,
                "alternates": [wording for wording in (also or "").split("|") if wording],
            }


def main(database: str, corpus: str, index: str) -> int:
    path = Path(corpus, "from_database.jsonl")
    try:
        lines = [f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries(database)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), "utf-8")
        report = build(corpus, index)
    except (ChatbotError, sqlite3.Error, OSError) as error:
        # A ChatbotError names file, line and what to do. After any error the index that worked is untouched.
        print(error, file=sys.stderr)
        return 1
    print(f"{report.build_id}: {len(report.content.entries)} entries, {report.encoded} of {report.passages} encoded")
    for problem in report.content.problems:
        print(problem)
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
