import sys

from chatbot.cli.main import main
from chatbot.core.machine import prepare_to_serve

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:  # others end before it pays
        prepare_to_serve()
    sys.exit(main())
