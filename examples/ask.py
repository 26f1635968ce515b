"""Ask a built FAQ from Python.

    python -m examples.ask index "How long should I rest my back?"

Prints one answer for each question in the message, or the nearest questions of the FAQ; then what "and why?" would
get, asked right after it.
"""

import sys

from chatbot.core.errors import ChatbotError
from chatbot.core.types import Turn
from chatbot.verbs import open_bot


def main(index: str, message: str) -> int:
    try:
        bot = open_bot(index)  # once; each question takes some milliseconds then
        replies = bot.ask(message)
    except ChatbotError as error:  # no index, or no question: one sentence that says what to do
        print(error, file=sys.stderr)
        return error.exit_status
    for notice in replies.notices:  # the owner's words, such as "call an ambulance"; show them first
        print(f"! {notice.text}")
    for reply in replies.replies:
        if reply.answer:
            source = f"; {reply.answer.source}" if reply.answer.source else ""
            print(f"{reply.question}\n{reply.answer.text}\n({reply.probability:.0%} sure{source})")
        else:
            near = ", ".join(f'"{one.question}"' for one in reply.suggestions)
            print(f"{reply.question}\nThe FAQ has no answer ({reply.status}). Near: {near or 'nothing'}")
    # The bot keeps no session: a message that leans on what was said before needs the turns.
    answers = [reply.answer for reply in replies.replies if reply.answer]
    history = [Turn("user", message), *(Turn("assistant", answer.text, answer.entry_id) for answer in answers)]
    print("---\n" + ", ".join(reply.status for reply in bot.ask("and why?", history).replies))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
