"""What one would write first: a FastAPI endpoint around sentence-transformers and a flat FAISS index.

    python tests/bench/plain_server.py empty|direct|batched MODEL TEXTS.json PORT

`empty` answers nothing, which is what the framework itself costs. `batched` collects what arrives within two
milliseconds, 32 questions at most, and encodes it together.
"""

import asyncio
import json
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

WAIT, MOST = 0.002, 32


class Question(BaseModel):
    question: str


def empty() -> FastAPI:
    app = FastAPI()

    @app.post("/api/ask")
    async def ask() -> dict[str, str]:
        return {}

    return app


def answering(model: str, file: str, batched: bool) -> FastAPI:
    import faiss
    from sentence_transformers import SentenceTransformer

    texts = json.loads(Path(file).read_text())
    encoder = SentenceTransformer(model)
    vectors = encoder.encode(texts)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    app = FastAPI()

    def found(questions: list[str]) -> list[list[str]]:
        _, rows = index.search(encoder.encode(questions), 10)
        return [[texts[row] for row in own] for own in rows]

    queue: asyncio.Queue[tuple[str, asyncio.Future[list[str]]]] = asyncio.Queue()

    async def work() -> None:
        while True:
            asked = [await queue.get()]
            await asyncio.sleep(WAIT)
            while len(asked) < MOST and not queue.empty():
                asked.append(queue.get_nowait())
            answers = await asyncio.to_thread(found, [question for question, _ in asked])
            for (_, future), answer in zip(asked, answers, strict=True):
                future.set_result(answer)

    if not batched:

        @app.post("/api/ask")
        def ask(asked: Question) -> dict[str, list[str]]:
            return {"answers": found([asked.question])[0]}

        return app

    workers: list[asyncio.Task[None]] = []

    @app.post("/api/ask")
    async def ask_together(asked: Question) -> dict[str, list[str]]:
        if not workers:
            workers.append(asyncio.create_task(work()))
        future: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        await queue.put((asked.question, future))
        return {"answers": await future}

    return app


if __name__ == "__main__":
    kind, model, file, port = sys.argv[1:]
    app = empty() if kind == "empty" else answering(model, file, kind == "batched")
    uvicorn.run(app, port=int(port), log_level="warning")
