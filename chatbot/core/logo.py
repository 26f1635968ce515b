"""The owner's logo. It is kept in the settings as a `data:` address, so that a build contains it."""

import base64
import os
import re
import stat
from pathlib import Path

from chatbot.core.problem import WrongValue

_TYPES = {"svg": "svg+xml", "png": "png", "jpg": "jpeg", "jpeg": "jpeg", "webp": "webp", "gif": "gif"}
_NAME = re.compile(rf"logo\.({'|'.join(_TYPES)})", re.IGNORECASE)
_LIMIT = 64 * 1024  # bytes; every visitor loads it
_ADDRESS = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=]+)")


def is_logo(name: str) -> bool:
    """Whether a file of a corpus folder is the logo, which is no content."""
    return bool(_NAME.fullmatch(name))


def logo_in(folder: Path, name: str) -> str:
    """The picture `name` in `folder` as an address. Raises WrongValue where it is no picture.

    No link is followed, and nothing but a regular file is opened.
    """
    match = _NAME.fullmatch(name)
    if not match:
        names = ", ".join(f"logo.{kind}" for kind in _TYPES)
        raise WrongValue("bad-value", f"{name!r} must be one of {names}, a file beside bot.toml")
    try:
        handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            data = file.read(_LIMIT + 1) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError as error:
        raise WrongValue(
            "unreadable", f"{name} cannot be read ({error.strerror}); put the file beside bot.toml"
        ) from None
    if not data:
        raise WrongValue("bad-value", f"{name} is no file or an empty one; put a picture in its place")
    if len(data) > _LIMIT:
        raise WrongValue(
            "too-large", f"{name} has over {_LIMIT >> 10} KB, which every visitor would load; make it smaller"
        )
    return f"data:image/{_TYPES[match[1].lower()]};base64,{base64.b64encode(data).decode()}"


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text))


def picture_of(address: str) -> tuple[str, bytes]:
    """Media type and bytes of an address made by `logo_in`."""
    match = _ADDRESS.fullmatch(address)
    assert match
    return f"image/{match[1]}", base64.b64decode(match[2])
