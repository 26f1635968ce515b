"""Files that a user names on the command line."""

from pathlib import Path

from chatbot.core.errors import ContentError, UsageError


def read_utf8(path: Path) -> str:
    """The text of `path`, without a byte order mark. UsageError or ContentError says why it cannot be had."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from None
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from None
