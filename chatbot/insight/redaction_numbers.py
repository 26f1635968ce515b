"""What a row of digits is: a card, an account, a number that a state gives to a person, a telephone number, or a plain
quantity. By its check digits where it has some."""

import re
from collections.abc import Callable, Sequence

_LONG = 7  # digits from which on a number may point at a person

# What is no number of anybody, within a longer row of digits: dates, times, years, amounts with thousands apart.
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = (
    rf"(?:{_DAY}([./-]){_MONTH}\1(?:19|20)?\d{{2}}(?!\d|\1\d)|{_MONTH}([/-]){_DAY}\2(?:19|20)?\d{{2}}(?!\d|\2\d)"
    rf"|(?:19|20)\d{{2}}([./-]){_MONTH}\3{_DAY}(?!\d|\3\d))"
)
_YEAR = r"(?:19|20)\d{2}(?:/\d{2})?(?!\d)"
_AMOUNT = r"(?:\d{1,3}(?:[ .]000)+|\d{1,3}(?:\.\d{3}){1,})(?=$| |-\d{1,3}\.\d)"
_DATES = re.compile(rf"(?<![\d.]){_DATE}")
_PLAIN = re.compile(rf"(?<![\d.])(?:{_DATE}|{_YEAR}|{_AMOUNT})")
_CALL = re.compile(
    r"\b(?:call|phone|tel|mobile|cell|number|sms|text me|whatsapp|fax|ring|handy|nummer|anruf|appel|num[eé]ro|portable"
    r"|llam|reach|dial|n[uú]mero|móvil|chiam|cellulare|liga|telem|bel |dzwo|numer|komórk|هاتف|رقم|اتصل|جوال"
    r"|טלפון|מספר|נייד)(?!\])",
    re.I,
)
_UNIT = re.compile(
    r"\s*(?:[%€$£°]|(?:mg|g|kg|ml|l|mm|cm|m|km|kcal|cal|calories|mb|gb|steps|euros?|dollars?|pounds?)\b)", re.I
)
_SSN = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}")
_DATE_AND_NUMBER = re.compile(r"(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}")


def kind_of(written: str, before: str = "", behind: str = "") -> str:
    """ "card", "id", "phone", "number", or "" for a quantity. `written`: digits with what parts them, in ASCII.
    `before` and `behind`: the text around it."""
    digits = re.sub(r"\D", "", written)
    runs = re.findall(r"\d+", written)
    longest = max(map(len, runs))
    if len(digits) < _LONG or _is_quantity(written, digits, runs, behind):
        return ""
    if longest >= 3 and (known := _known_number(written, digits)):
        return known
    if written[0] in "+(" or written.startswith("00") or _CALL.search(before) or _is_phone(written, runs, digits):
        return "phone" if len(digits) <= 16 else "number"
    return "number" if longest >= _LONG else ""


def _known_number(written: str, digits: str) -> str:
    if 13 <= len(digits) <= 19 and is_luhn(digits):
        return "card"
    is_id = any(check(digits) for check in _CHECKS.get(len(digits), ()))
    return "id" if is_id or _SSN.fullmatch(written) or _DATE_AND_NUMBER.fullmatch(written) else ""


def _is_quantity(written: str, digits: str, runs: Sequence[str], behind: str) -> bool:
    """Whether it is made of dates, years and amounts, or is a fraction or the number of a version."""
    if re.fullmatch(r"0\.\d+", written):
        return True
    if max(map(len, runs)) >= _LONG or _DATE_AND_NUMBER.fullmatch(written):
        return False
    may_be_phone = written[0] in "+(0"
    if _UNIT.match(behind) and not may_be_phone:
        return True
    rest = (_DATES if may_be_phone else _PLAIN).sub(" ", written)
    if rest != written and sum(map(str.isdigit, rest)) <= (0 if may_be_phone else 4):
        return True
    is_version = re.fullmatch(r"\d{1,2}(?:\.\d+){2,}", written) is not None
    return is_version and digits[0] != "0"


def _is_phone(written: str, runs: Sequence[str], digits: str) -> bool:
    if digits[0] == "0" or (digits[0] == "1" and "-" in written and len(digits) == 11):
        return len(digits) >= 8
    # Not 10 20 30 40, nor 1500-2000, nor 100 200 300.
    return len(runs) > 2 and max(map(len, runs)) >= 3 and len(digits) >= 8 and not all(run[-1] == "0" for run in runs)


def is_luhn(digits: str) -> bool:
    """The sum of payment cards, and of numbers of persons in some countries."""
    total = sum(map(int, digits[-1::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def end_of_iban(text: str, start: int) -> int:
    """Where the account that begins at `start` ends, or 0 where none does. Its country says how long it is, and a sum
    checks it."""
    length = _IBAN_LENGTHS.get(text[start : start + 2].upper())
    if not length:
        return 0
    found = re.compile(rf"(?:[A-Z\d][ .-]?){{{length - 1}}}[A-Z\d](?![A-Z\d])", re.I).match(text, start)
    if not found:
        return 0
    account = re.sub(r"[ .-]", "", found[0].upper())
    is_right = int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97 == 1
    return found.end() if is_right else 0


_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in (
        line.split(" ", 1)
        for line in (
            "15 NO", "16 BE", "18 DK FI FO GL NL SD", "19 MK SI", "20 AT BA EE KZ LT LU MN XK", "21 CH HR LI LV",
            "22 BG BH CR DE GB GE IE ME RS VA", "23 AE GI IL IQ OM SO TL", "24 AD CZ ES MD PK RO SA SE SK TN VG",
            "25 LY PT ST", "26 IS TR", "27 BI DJ FR GR IT MC MR SM", "28 AL AZ BY CY DO GT HU LB NI PL SV",
            "29 BR EG PS QA UA", "30 JO KW MU YE", "31 MT SC", "32 LC", "33 RU",
        )
    )
    for country in countries.split()
}  # fmt: skip


def _weighted(weights: str, digits: str) -> int:
    return sum(int(weight) * int(digit) for weight, digit in zip(weights.split(), digits, strict=False))


def _is_nhs(digits: str) -> bool:  # United Kingdom
    return (11 - _weighted("10 9 8 7 6 5 4 3 2", digits)) % 11 == int(digits[-1])


def _is_bsn(digits: str) -> bool:  # Netherlands
    return _weighted("9 8 7 6 5 4 3 2 -1", digits) % 11 == 0


def _is_nif(digits: str) -> bool:  # Portugal
    return (11 - _weighted("9 8 7 6 5 4 3 2", digits) % 11) % 11 % 10 == int(digits[-1])


def _is_pesel(digits: str) -> bool:  # Poland
    return (-_weighted("1 3 7 9 1 3 7 9 1 3", digits)) % 10 == int(digits[-1])


def _is_steuer_id(digits: str) -> bool:  # Germany
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[-1])


def _is_cpf(digits: str) -> bool:  # Brazil
    first, second = "10 9 8 7 6 5 4 3 2", "11 10 9 8 7 6 5 4 3 2"
    return all(_weighted(one, digits) * 10 % 11 % 10 == int(digits[at]) for at, one in ((9, first), (10, second)))


def _is_nir(digits: str) -> bool:  # France
    return digits[0] in "1234" and 97 - int(digits[:13]) % 97 == int(digits[13:])


_CHECKS: dict[int, tuple[Callable[[str], bool], ...]] = {
    9: (_is_bsn, _is_nif, is_luhn),  # also Israel and Canada
    10: (_is_nhs, is_luhn),  # also Sweden and Saudi Arabia
    11: (_is_steuer_id, _is_pesel, _is_cpf),
    15: (_is_nir,),
}
