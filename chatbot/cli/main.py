"""`python -m chatbot VERB`: a thin skin over the rooms below.

Results go to standard output (with `--json`, as one JSON document), messages to standard error. Exit status:
0 done, 1 the content, the index or the question is at fault, 2 wrong usage.
"""

import contextlib
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict

from chatbot.cli.parser import parser
from chatbot.cli.verbs import answers
from chatbot.cli.verbs.options import print_json
from chatbot.core import streams
from chatbot.core.errors import ChatbotError, ContentError, OutputFailed
from chatbot.core.text import visible

_BREAKS = "\n\t"  # of a list of problems, or of a trace


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb and returns its exit status. Errors of ours are one sentence, never a trace."""
    lacks_output = streams.fill_closed()
    as_json = False
    try:
        with streams.printing():
            try:
                options = parser().parse_args(arguments)
            except SystemExit as end:  # of --help and --version, or of a wrong option, which has been told
                return int(end.code or 0)
            as_json = options.json
            _log_to_standard_error()
            if lacks_output and options.run is not answers.serve:  # a server is often begun so
                raise OutputFailed("standard output is closed; send it to a file, or to /dev/null")
            status: int = options.run(options)
            return status
        return 0
    except ChatbotError as error:
        return _failed(error, as_json)
    except OSError as error:  # of a path of which only this machine can tell what is wrong with it
        where = error.filename or "a file"
        return _failed(ChatbotError(f"{where}: {error.strerror}; check the path and its permissions"), as_json)
    except KeyboardInterrupt:
        return 130


def _failed(error: ChatbotError, as_json: bool) -> int:
    if as_json and not isinstance(error, OutputFailed):
        problems = {"problems": [*map(asdict, error.problems)]} if isinstance(error, ContentError) else {}
        with contextlib.suppress(OutputFailed), streams.printing():
            print_json({"error": {"code": error.code, "message": str(error)}, **problems})
    print(f"error: {visible(str(error), keep=_BREAKS)}", file=sys.stderr)
    return error.exit_status


class _Visible(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record), keep=_BREAKS)


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Visible("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("chatbot").setLevel(logging.INFO)
