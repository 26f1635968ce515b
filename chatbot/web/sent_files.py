"""How files are sent: compressed once, and not again to who has them."""

import gzip
from functools import cached_property

from fastapi import FastAPI, Request, Response

from chatbot.web.static_files import sent_text, version_of

KEPT = {"cache-control": "public, max-age=300"}
SCRIPT, STYLESHEET = "text/javascript; charset=utf-8", "text/css; charset=utf-8"


class SentFile:
    """What is sent as it stands: its bytes, their gzip form, and a tag that changes with them."""

    def __init__(self, content: str | bytes, media_type: str) -> None:
        self._body = content if isinstance(content, bytes) else content.encode()
        self._media_type = media_type
        self.version = version_of(content)

    @classmethod
    def read(cls, name: str) -> "SentFile":
        """A script or a stylesheet of this room; see `sent_text`."""
        return cls(sent_text(name), SCRIPT if name.endswith(".js") else STYLESHEET)

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self._body, 9, mtime=0)

    def response(self, request: Request, headers: dict[str, str]) -> Response:
        """304 to who has it already. The address with `?v=` and the version never changes, so it is kept for a year."""
        is_versioned = request.query_params.get("v") == self.version
        kept = {"cache-control": "public, max-age=31536000, immutable"} if is_versioned else {}
        etag = f'W/"{self.version}"'
        headers = {**headers, **kept, "etag": etag, "vary": "accept-encoding"}
        if etag in _listed(request, "if-none-match"):
            return Response(status_code=304, headers=headers)
        if "gzip" in _listed(request, "accept-encoding"):
            headers["content-encoding"] = "gzip"
            return Response(self.gzipped, headers=headers, media_type=self._media_type)
        return Response(self._body, headers=headers, media_type=self._media_type)


def add_file(app: FastAPI, path: str, file: SentFile) -> None:
    @app.api_route(path, methods=["GET", "HEAD"], include_in_schema=False)
    def fetch(request: Request) -> Response:
        return file.response(request, KEPT)


def _listed(request: Request, header: str) -> list[str]:
    """The items of a header that is a list."""
    return [item.strip() for item in request.headers.get(header, "").split(",")]
