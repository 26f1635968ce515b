"""Fail a pipeline where an edit makes answers worse.

    python -m examples.evaluate_in_ci corpus questions.jsonl

`questions.jsonl` has one question a line: {"id": "q1", "text": "...", "relevant": ["entry id"]}; an empty list means
that the FAQ should not answer it. Exit status 1: the corpus has a mistake, or the figures are below the limits.
"""

import sys

from chatbot.core.errors import ChatbotError
from chatbot.verbs import evaluate, lint

LIMITS = {"success_at_1": 0.8, "answered_precision": 0.9}  # docs/evaluate.md says what they mean


def main(corpus: str, questions: str) -> int:
    try:
        content = lint(corpus)
        for problem in content.errors:
            print(f"error: {problem}")
        if content.errors:
            return 1
        evaluation = evaluate(questions, content=corpus)
    except ChatbotError as error:
        print(f"error: {error}")
        return 1
    figures = evaluation.figures
    below = [name for name, least in LIMITS.items() if figures[name] is not None and figures[name] < least]
    for name, least in LIMITS.items():
        print(f"{name}: {figures[name]}, at least {least} is asked")
    for failed in evaluation.figures["failed"]:
        print(f'{failed["how"]}: "{failed["text"]}"; first: {failed["first"]}, wanted: {list(failed["wanted"])}')
    return 1 if below else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
