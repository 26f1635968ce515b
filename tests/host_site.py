"""A stranger's site: the pages of tests/pages on another origin than the bot, which their scripts come from."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = Path(__file__).parent / "pages"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    bot = ""  # the bot's address, written for BOT into each page


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path = PAGES / Path(self.path.partition("?")[0]).name
        found = path.suffix == ".html" and path.is_file()
        body = path.read_text(encoding="utf-8").replace("BOT", self.server.bot).encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def host_site() -> Iterator[_Server]:
    """The site, at `address(server)`; set `server.bot` before a page is asked for."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(10)


def address(server: _Server) -> str:
    """Another origin than 127.0.0.1, though the same machine."""
    return f"http://localhost:{server.server_port}"
