"""The owner's picture beside `bot.toml`, kept with the settings as a `data:` address, so that a build has it whole."""

import base64
import os
import re
import stat
from pathlib import Path

_TYPES = {"svg": "svg+xml", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "gif": "gif"}
_NAME = re.compile(rf"logo\.({'|'.join(_TYPES)})", re.IGNORECASE)
_LIMIT = 64 * 1024  # bytes; every visitor loads it
_ADDRESS = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=]+)")


class NoLogo(Exception):
    """(rule, message): what is wrong with the file, and what to do."""


def is_logo(name: str) -> bool:
    """True for the file of a corpus folder that holds its logo and no content."""
    return bool(_NAME.fullmatch(name))


def logo_in(folder: Path, name: str) -> str:
    """The picture `name` of `folder` as an address. No link is followed, and nothing but a regular file is opened."""
    found = _NAME.fullmatch(name)
    if not found:
        names = ", ".join(f"logo.{kind}" for kind in _TYPES)
        raise NoLogo("bad-value", f"{name!r} must be one of {names}, a file beside bot.toml")
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            data = file.read(_LIMIT + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError as error:
        raise NoLogo("unreadable", f"{name} cannot be read ({error.strerror}); put the file beside bot.toml") from None
    if not data:
        raise NoLogo("bad-value", f"{name} is no file or an empty one; put a picture in its place")
    if len(data) > _LIMIT:
        raise NoLogo("too-large", f"{name} has over {_LIMIT >> 10} KB, which every visitor would load; make it smaller")
    return f"data:image/{_TYPES[found[1].lower()]};base64,{base64.b64encode(data).decode()}"


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text))


def picture_of(address: str) -> tuple[str, bytes]:
    """Media type and bytes of what `logo_in` gave."""
    found = _ADDRESS.fullmatch(address)
    assert found
    return f"image/{found[1]}", base64.b64decode(found[2])
