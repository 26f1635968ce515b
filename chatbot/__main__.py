import sys

from chatbot.cli import main
from chatbot.huge_pages import restart_with_huge_pages

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:  # others end before it pays
        restart_with_huge_pages()
    sys.exit(main())
