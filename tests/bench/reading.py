"""How long files of many entries take to read, in seconds of CPU, for each layout of `tests/layouts` that holds them.

python -m tests.bench.reading [--entries 1000] [--layouts NAME ...] [--json]
"""

import argparse
import json
import time
from random import Random

from chatbot.content.ledger import joined
from chatbot.content.parser import parse
from tests.furniture import Furniture
from tests.layouts import LAYOUTS
from tests.layouts.bank import BANK, Pair


def measured(name: str, count: int) -> dict[str, object]:
    """The seconds, and how many entries came out; those of the bank again and again, each with a number of its own."""
    layout = LAYOUTS[name]
    bank = [pair for pair in BANK if pair.asks and (layout.code or not pair.has_code)]
    pairs = [Pair(f"In case {at}, {bank[at % len(bank)].question}", bank[at % len(bank)].parts) for at in range(count)]
    file, data = layout.write(pairs, Furniture(frozenset(), "en"), Random(1), set())
    began = time.process_time()
    content = joined(parse(file, data))
    spent = time.process_time() - began
    return {"layout": name, "entries": len(content.entries), "cpu_s": round(spent, 2), "kb": len(data) >> 10}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--entries", type=int, default=1000)
    parser.add_argument("--layouts", nargs="+", choices=LAYOUTS, default=list(LAYOUTS), metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    rows = []
    for name in options.layouts:
        rows.append(measured(name, options.entries))
        if not options.json:
            print("{layout:24} {entries:6} entries {kb:6} KB {cpu_s:7.2f} s".format(**rows[-1]), flush=True)
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
