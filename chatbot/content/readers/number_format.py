"""Values of a spreadsheet as its cells show them: number formats applied to numbers, dates and times.

Separators are English. A value with an unknown format is shown without formatting.
"""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[(h+|m+|s+)\]|\[[^\]]*\]|(.)', re.DOTALL | re.IGNORECASE
)
_DATE_PART = re.compile(r"(y+|m+|d+|h+|s+(?:\.0+)?|AM/PM|A/P)", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_PLAIN = ("", "general", "@")
_SHORT_DATE = "mm-dd-yy"  # means the system's own format, so the order of day and month is unknown

Moment = datetime.datetime | datetime.date | datetime.time | datetime.timedelta


def shown(value: object, code: str) -> str:
    """`value` as a cell with the number format `code` shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Moment):
        return _moment(value, code) or iso(value)
    if isinstance(value, int | float) and code.lower() not in _PLAIN:
        return _number(value, code) or _bare(value)
    return _bare(value)


def iso(value: object) -> str:
    """A date in ISO format, as date fields need it; other values unchanged."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return _bare(value)


def _bare(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return "" if value is None else str(value)


def _pieces(section: str) -> list[tuple[str, bool]]:
    """(text, whether it is literal) of each piece of a format section."""
    pieces = []
    for quoted, escaped, currency, elapsed, plain in _PIECE.findall(section):
        if quoted or escaped or currency:
            pieces.append((quoted or escaped or currency, True))
        elif elapsed or plain:
            pieces.append((f"[{elapsed}]" if elapsed else plain, False))
    return pieces


def _number(value: float, code: str) -> str:
    """The number in this format, or "" for an unknown format."""
    sections = re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', code)
    section = (
        sections[1] if value < 0 and len(sections) > 1 else sections[2] if value == 0 and len(sections) > 2 else code
    )
    section = sections[0] if section is code and sections else section
    pieces = _pieces(section)
    bare = "".join(text for text, literal in pieces if not literal)
    digits = re.search(r"[#0?,.]*[#0?][#0?,.]*", bare)
    if not digits or re.search(r"[eE/]|[#0?]\s+[#0?]", bare):
        return ""
    before, after = _around(pieces)
    try:
        number = _digits(abs(value), digits[0], bare.count("%"))
    except InvalidOperation:
        return ""
    sign = "-" if value < 0 and len(sections) < 2 and re.search("[1-9]", number) else ""
    return f"{sign}{before}{number}{after}".strip()


def _around(pieces: list[tuple[str, bool]]) -> tuple[str, str]:
    """The literal text before the digits, and after them."""
    places = [at for at, (text, literal) in enumerate(pieces) if not literal and text in "#0?.,"]
    before = "".join(text for text, _ in pieces[: places[0]])
    after = "".join(text for text, literal in pieces[places[0] :] if literal or text not in "#0?.,")
    return before, after


def _digits(value: float, digits: str, percents: int) -> str:
    whole, _, fraction = digits.rstrip(",").partition(".")
    thousands = len(digits) - len(digits.rstrip(","))
    exact = Decimal(repr(value)) * 100**percents / 1000**thousands
    rounded = exact.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    left, point, right = text.partition(".")
    while right and len(right) > fraction.count("0") and right.endswith("0"):
        right = right[:-1]
    least = whole.count("0")
    left = left.zfill(least) if left != "0" or least else ""
    return left + (point + right if right else "")


def _moment(value: Moment, code: str) -> str:
    """The date or time in this format, or "" where the format has no date parts."""
    section = code.split(";")[0]
    if code.lower() in _PLAIN or section.lower() == _SHORT_DATE:
        return ""
    pieces = _pieces(section)
    pattern = "".join("\0" if literal else text for text, literal in pieces)
    literals = iter([text for text, literal in pieces if literal])
    elapsed = re.search(r"\[(h+|m+|s+)\]", pattern, re.IGNORECASE)
    if isinstance(value, datetime.timedelta) or elapsed:
        text = _elapsed(value, pattern)
    elif re.search("[ymdhs]", pattern, re.IGNORECASE):
        text = _calendar(value, pattern)
    else:
        return ""
    return re.sub("\0", lambda _: next(literals, ""), text).strip()


def _elapsed(value: Moment, pattern: str) -> str:
    """A duration of more than a day as hours, such as "30:00"."""
    if isinstance(value, datetime.time):
        value = datetime.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if not isinstance(value, datetime.timedelta):
        return ""
    seconds = round(abs(value.total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    biggest = re.search(r"\[(.)", pattern)
    if biggest and biggest[1].lower() == "m":
        minutes = seconds // 60
    if biggest and biggest[1].lower() == "s":
        rest = seconds
    parts = {"h": hours, "m": minutes, "s": rest}

    def part(match: re.Match[str]) -> str:
        return str(parts[match[1][0].lower()]).zfill(len(match[1]))

    sign = "-" if value < datetime.timedelta() else ""
    return sign + re.sub(
        r"\[?([hms])+\]?", lambda m: part(re.match(r"\[?([hms]+)", m[0], re.I) or m), pattern, flags=re.I
    )


def _calendar(value: Moment, pattern: str) -> str:
    half_day = re.search("AM/PM|A/P", pattern, re.IGNORECASE) is not None
    parts = _DATE_PART.split(pattern)
    texts = []
    for at, part in enumerate(parts):
        if at % 2 == 0:
            texts.append(part)
            continue
        before = next((p for p in reversed(parts[1:at:2])), "").lower()
        behind = parts[at + 2].lower() if at + 2 < len(parts) else ""
        is_minute = before.startswith("h") or behind.startswith("s")
        texts.append(_calendar_part(value, part.lower(), is_minute and len(part) < 3, half_day))
    return "".join(texts)


def _calendar_part(value: Moment, part: str, is_minute: bool, half_day: bool) -> str:
    hour = getattr(value, "hour", 0)
    if part in ("am/pm", "a/p"):
        return ("AM" if hour < 12 else "PM")[: 1 if part == "a/p" else 2]
    if part[0] == "h":
        return str((hour - 1) % 12 + 1 if half_day else hour).zfill(len(part))
    if is_minute:
        return str(getattr(value, "minute", 0)).zfill(len(part))
    if part[0] == "s":
        return str(getattr(value, "second", 0)).zfill(len(part.partition(".")[0]))
    if not isinstance(value, datetime.date):
        return ""
    if part[0] == "y":
        return str(value.year) if len(part) > 2 else f"{value.year % 100:02}"
    names = (_MONTHS, value.month - 1) if part[0] == "m" else (_DAYS, value.weekday())
    if len(part) > 2:
        name = names[0][names[1]]
        return name if len(part) == 4 else name[0] if len(part) == 5 else name[:3]
    return str(value.month if part[0] == "m" else value.day).zfill(len(part))
