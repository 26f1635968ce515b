import gc
import sys

from chatbot.cli.main import main
from chatbot.core.machine import prepare_to_serve

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:  # others end before it pays
        prepare_to_serve()
    gc.set_threshold(20_000)  # what is loaded stays: to look for garbage as often as usual takes a tenth of `ask`
    status = main()
    gc.freeze()  # nor is there any to be looked for at the end, which takes another tenth
    sys.exit(status)
