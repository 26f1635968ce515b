"""One peer at work, in a process and an environment of its own; what is measured is this process, or parts of it.

    python driver.py PEER build|update|ask|serve|encode --model DIR --index DIR ...

Run as a file and not as a module of the project: an environment of a peer has none of ours. PEER is a module beside
this one, `with_PEER`, with

    build(model, texts, folder)         an index of {id: text} in the empty folder
    opened(model, folder)               a function from a question to ids, best first
    update(model, folder, changed)      texts with these ids have become others
    encoder(model, folder)              a function from texts to vectors; only where texts are encoded by themselves
    ENCODES                             module and class whose `encode(texts, ...)` computes all embeddings
"""

import argparse
import importlib
import json
import os
import sys
import time


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("peer")
    parser.add_argument("verb", choices=("build", "update", "ask", "serve", "encode"))
    parser.add_argument("--model")
    parser.add_argument("--index")
    parser.add_argument("--texts", help="JSON: {id: text}")
    parser.add_argument("--vectors", help="build: .npz of texts and vectors, so that nothing is encoded")
    parser.add_argument("--question")
    options = parser.parse_args()
    replies = os.fdopen(os.dup(1), "w")  # what libraries print is not for who reads the replies
    os.dup2(2, 1)
    peer = importlib.import_module(f"with_{options.peer}")
    if options.verb in ("serve", "encode"):
        serve(peer, options, replies)
        return
    if options.verb == "ask":
        answer = {"ids": peer.opened(options.model, options.index)(options.question)}
    else:
        with open(options.texts, encoding="utf-8") as file:
            texts = json.load(file)
        encoded = counted(peer, options.vectors)
        getattr(peer, options.verb)(options.model, *ordered(options, texts))
        answer = {"encoded": encoded[0]}
    print(json.dumps(answer), file=replies, flush=True)


def ordered(options, texts):
    return (texts, options.index) if options.verb == "build" else (options.index, texts)


def counted(peer, vectors):
    """A list with the number of texts encoded from now on, those found in the file `vectors` not among them."""
    module, name = peer.ENCODES
    kind = getattr(importlib.import_module(module), name)
    encode, count = kind.encode, [0]
    known = remembered(vectors) if vectors else {}

    def counting(self, texts, *positional, **named):
        many = [texts] if isinstance(texts, str) else list(texts)
        if known and all(text in known for text in many):
            import numpy as np

            found = np.stack([known[text] for text in many])
            return found[0] if isinstance(texts, str) else found
        count[0] += len(many)
        return encode(self, texts, *positional, **named)

    kind.encode = counting
    return count


def remembered(path):
    import numpy as np

    with np.load(path) as arrays:
        return dict(zip(arrays["texts"].tolist(), arrays["vectors"], strict=True))


def serve(peer, options, replies):
    """Answers a line of questions, or of texts to encode, with a line of results and what they cost."""
    work = peer.opened if options.verb == "serve" else peer.encoder
    done = work(options.model, options.index)
    print(json.dumps({"ready": True}), file=replies, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = encoded(done, asked) if "texts" in asked else [one(done, question) for question in asked["questions"]]
        print(json.dumps(answer), file=replies, flush=True)


def one(ask, question):
    cpu, wall = time.process_time(), time.perf_counter()
    ids = ask(question)
    spent = (time.process_time() - cpu, time.perf_counter() - wall)
    return {"ids": ids[:10], "cpu_ms": spent[0] * 1e3, "wall_ms": spent[1] * 1e3}


def encoded(encode, asked):
    """Writes the vectors of `asked["texts"]` to `asked["file"]`."""
    import numpy as np

    cpu, wall = time.process_time(), time.perf_counter()
    vectors = encode(asked["texts"])
    spent = (time.process_time() - cpu, time.perf_counter() - wall)
    np.save(asked["file"], vectors)
    return {"cpu_s": spent[0], "wall_s": spent[1]}


if __name__ == "__main__":
    main()
