"""Starts the chat server on http://127.0.0.1:7860, building the index first where it is missing or stale.

The same as `python -m chatbot serve`; takes the same options.
"""

import sys

from chatbot.cli.main import main
from chatbot.core.machine import prepare_to_serve

if __name__ == "__main__":
    prepare_to_serve()
    sys.exit(main(["serve", *sys.argv[1:]]))
