"""Runs `python -m chatbot` as often as it is told, each time in a process of its own that is forked from this one.

This one has imported the package, and with the argument "web" Gradio, too: most of what a short command or the start
of a server costs. Orders come on standard input, a line of JSON each; what becomes of them goes to standard output.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys

import chatbot

# Whatever else a command needs it imports itself, as it always does.
_LEFT_OUT = ("chatbot.__main__", "chatbot.cli.mcp", "chatbot.training")
_WEB = ("chatbot.web",)
_LIBRARIES = ("faiss", "markdown_it", "nh3", "onnxruntime", "openpyxl", "symspellpy", "tokenizers")


def main(what: str) -> None:
    left_out = _LEFT_OUT if what == "web" else _LEFT_OUT + _WEB
    for module in pkgutil.walk_packages(chatbot.__path__, "chatbot."):
        if not module.name.startswith(left_out):
            importlib.import_module(module.name)
    for library in _LIBRARIES:
        importlib.import_module(library)
    gc.freeze()  # else each collection of a child would copy the memory it shares
    for line in sys.stdin:
        order = json.loads(line)
        if "ended" in order:
            _, status = os.waitpid(order["ended"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        child = os.fork()
        if not child:
            _run(**order)
        print(child, flush=True)


def _run(arguments: list[str], environment: dict[str, str], output: str, errors: str) -> None:
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, output, os.O_WRONLY), (2, errors, os.O_WRONLY)):
        os.dup2(os.open(path, flags | os.O_APPEND), number)
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115  # the old one has read orders ahead
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["chatbot", *arguments]
    try:
        runpy.run_module("chatbot", run_name="__main__", alter_sys=True)
    except SystemExit as end:  # to take apart all that was imported would cost more than most commands
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


if __name__ == "__main__":
    main(sys.argv[1])
