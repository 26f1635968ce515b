"""Made-up personal details in ten languages, in sentences as visitors type them. The same seed gives the same ones."""

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chatbot.insight.redaction_numbers import is_luhn


class Personal(NamedTuple):
    kind: str
    lang: str
    item: str  # what must not be kept, as it was typed
    text: str  # the message with it


_GIVEN = {
    "en": ("Harriet", "Oliver", "Priya"), "de": ("Jürgen", "Annegret", "Käthe"), "fr": ("Benoît", "Éloïse", "Mathéo"),
    "es": ("Íñigo", "Begoña", "Rocío"), "it": ("Niccolò", "Ginevra", "Ettore"), "pt": ("João", "Inês", "Thiago"),
    "nl": ("Joost", "Femke", "Wouter"), "pl": ("Łukasz", "Zofia", "Grażyna"), "ar": ("محمود", "ليلى", "خالد"),
    "he": ("אביגיל", "נדב", "שירה"),
}  # fmt: skip
_FAMILY = {
    "en": ("Thornbury", "O'Leary", "Whitcombe-Ash"), "de": ("Großkreutz", "Öttinger", "Schmückle"),
    "fr": ("Lefèvre", "D'Aubigny", "Charpentier"), "es": ("Zubizarreta", "Núñez", "Peñalver"),
    "it": ("Bevilacqua", "D'Amico", "Quattrocchi"), "pt": ("Gonçalves", "Guimarães", "Saldanha"),
    "nl": ("Vermeulen", "Hoekstra", "Brouwer"), "pl": ("Wiśniewski", "Dąbrowska", "Szczepanik"),
    "ar": ("الحداد", "المنصوري", "الشامي"), "he": ("אברמוביץ", "פרידלנדר", "מזרחי"),
}  # fmt: skip
_MY_NAME = {
    "en": ("my name is {}", "My name's {}", "I am called {}"),
    "de": ("ich heiße {}", "Mein Name ist {}", "Ich heisse {}"),
    "fr": ("je m'appelle {}", "Mon nom est {}", "Je m’appelle {}"), "es": ("me llamo {}", "Mi nombre es {}"),
    "it": ("mi chiamo {}", "Il mio nome è {}"), "pt": ("meu nome é {}", "Chamo-me {}", "o meu nome é {}"),
    "nl": ("ik heet {}", "Mijn naam is {}"), "pl": ("nazywam się {}", "Mam na imię {}"),
    "ar": ("اسمي {}", "اسمي هو {}"),
    "he": ("קוראים לי {}", "שמי {}", "השם שלי הוא {}"),
}  # fmt: skip
_BORN = {
    "en": "I was born on {}", "de": "ich bin geboren am {}", "fr": "je suis née le {}",
    "es": "nací el {}", "it": "sono nato il {}", "pt": "nasci em {}", "nl": "ik ben geboren op {}",
    "pl": "data urodzenia: {}", "ar": "تاريخ الميلاد {}", "he": "תאריך לידה {}",
}  # fmt: skip
_MONTHS = {
    "en": "March", "de": "März", "fr": "mars", "es": "de marzo de", "it": "marzo", "pt": "de março de", "nl": "maart",
    "pl": "marca", "ar": "مارس", "he": "במרץ",
}  # fmt: skip
_LIVES = {
    "en": "I live at {}", "de": "ich wohne {}", "fr": "j'habite {}", "es": "vivo en {}", "it": "abito in {}",
    "pt": "moro na {}", "nl": "ik woon op {}", "pl": "mieszkam przy {}", "ar": "أسكن في {}", "he": "אני גר ב{}",
}  # fmt: skip
_AROUND = {
    "en": ("Can you help? {}, and where is my order?", "{}. How long should I rest?", "hello, {} thanks"),
    "de": ("Können Sie helfen? {}, und wo ist meine Bestellung?", "{}. Wie lange soll ich ruhen?"),
    "fr": ("Pouvez-vous m'aider ? {}, et où est ma commande ?", "{}. Combien de temps faut-il attendre ?"),
    "es": ("¿Me pueden ayudar? {}, y ¿dónde está mi pedido?", "{}. ¿Cuánto tarda el envío?"),
    "it": ("Potete aiutarmi? {}, e dov'è il mio ordine?", "{}. Quanto tempo ci vuole?"),
    "pt": ("Podem ajudar? {}, e onde está a minha encomenda?", "{}. Quanto tempo demora?"),
    "nl": ("Kunt u helpen? {}, en waar is mijn bestelling?", "{}. Hoe lang duurt het?"),
    "pl": ("Czy mogą Państwo pomóc? {}, i gdzie jest moje zamówienie?", "{}. Jak długo to trwa?"),
    "ar": ("هل يمكنكم مساعدتي؟ {}، وأين طلبي؟", "{}. كم من الوقت يستغرق؟"),
    "he": ("אפשר לעזור? {}, ואיפה ההזמנה שלי?", "{}. כמה זמן זה לוקח?"),
}
_CALL = {
    "en": "call me on {}", "de": "rufen Sie mich an: {}", "fr": "appelez-moi au {}", "es": "llámenme al {}",
    "it": "chiamatemi al {}", "pt": "liguem para {}", "nl": "bel mij op {}", "pl": "proszę dzwonić {}",
    "ar": "اتصلوا بي على {}", "he": "תתקשרו אליי {}",
}  # fmt: skip
_WRITE = {
    "en": "write to {}", "de": "schreiben Sie an {}", "fr": "écrivez à {}", "es": "escriban a {}",
    "it": "scrivete a {}",
    "pt": "escrevam para {}", "nl": "schrijf naar {}", "pl": "proszę pisać na {}", "ar": "راسلوني على {}",
    "he": "כתבו אל {}",
}  # fmt: skip
# "#" is any digit. National and international, as people write them.
_PHONES = {
    "en": ("07### ######", "+44 7### ######", "020 7### ####", "(555) 2##-3###", "+1 (415) 2##-####", "555.2##.3###"),
    "de": ("0170 #######", "030/1######", "+49 170 #######", "0049 30 1######", "(089) 12 ## ## ##"),
    "fr": ("06 1# ## ## ##", "+33 6 1# ## ## ##", "01.4#.##.##.##", "06-1#-##-##-##"),
    "es": ("612 3#4 #67", "+34 61# ### ##1", "91 4## ## ##", "6#######1"),
    "it": ("333 1## ####", "+39 333 #######", "06 1### ####", "02-1#######"),
    "pt": ("912 3#4 #67", "+351 91# ### ##1", "(11) 9####-####", "21 3## ####"),
    "nl": ("06-1#######", "+31 6 1#######", "020 1######", "06 1# ## ## ##"),
    "pl": ("501 2#4 #67", "+48 50# ### ##1", "22 1## ## ##", "(22) 1######"),
    "ar": ("050 1## ####", "+966 50 1## ####", "0501######", "00971 50 1######"),
    "he": ("050-1######", "+972 50-1######", "03-1######", "050 1## ####"),
}
_STREETS = {
    "en": (
        "## Baker Street",
        "1## Old Mill Road, London NW1 6XE",
        "2#b kings avenue",
        "4# Ocean Drive, Miami, FL 33139",
    ),
    "de": ("Hauptstraße #1", "Lindenallee #1a, 10115 Berlin", "Goethestr. #1", "Am Alten Platz 1#, 80331 München"),
    "fr": ("1# rue de la République", "2#, avenue Victor Hugo, 75016 Paris", "1# bis boulevard Voltaire"),
    "es": ("calle Mayor 1#", "Avenida de América, 2#, 28002 Madrid", "c/ Alcalá 1#"),
    "it": ("via Garibaldi 1#", "Viale della Libertà, 2#, 90143 Palermo", "piazza Dante 1#"),
    "pt": ("Rua das Flores, 1#", "avenida da Liberdade 2#, 1250-096 Lisboa", "travessa do Carmo 1#"),
    "nl": ("Prinsengracht 1#3", "Kerkstraat 2#a, 1017 GA Amsterdam", "Beethovenlaan 1#"),
    "pl": ("ul. Długa 1#/3", "ul. Polna 2#, 00-625 Warszawa", "al. Jerozolimskie 1#"),
    "ar": ("شارع الملك فهد 1#", "شارع التحرير، 2#"),
    "he": ("רחוב הרצל 1#", "שדרות רוטשילד 2#"),
}
# Shapes of the numbers that a state gives to persons; what the checks say does not matter for whether they are kept.
_IDS = {
    "en": ("AB 12 3# ## C", "AB123###D", "943 476 5919", "219-0#-####", "485 777 3456"),
    "de": ("86 095 742 719", "8609574271#", "C01X00T4#"),
    "fr": ("1 85 05 78 006 0## 36", "2850578006###36", "1 85 05 2A 006 0## 36"),
    "es": ("12345678Z", "X1234567L", "12.345.678-Z"),
    "it": ("RSSMRA85T10A5#2S", "rss mra 85t10 a5#2s"),
    "pt": ("5#9.982.247-25", "12345678#", "123 456 78#"),
    "nl": ("11122233#", "1112.22.33#"),
    "pl": ("440514013#9", "44051401 3#9"),
    "ar": ("10#5678901", "784-1985-1234567-#"),
    "he": ("03245678#", "3-2456789-#"),
}
_IBANS = {
    "en": "GB82 WEST 1234 5698 7654 32", "de": "DE89 3704 0044 0532 0130 00", "fr": "FR14 2004 1010 0505 0001 3M02 606",
    "es": "ES91 2100 0418 4502 0005 1332", "it": "IT60 X054 2811 1010 0000 0123 456",
    "pt": "PT50 0002 0123 1234 5678 9015 4",
    "nl": "NL91 ABNA 0417 1643 00", "pl": "PL61 1090 1014 0000 0712 1981 2874", "ar": "SA03 8000 0000 6080 1016 7519",
    "he": "IL62 0108 0000 0009 9999 999",
}  # fmt: skip


def personal(count: int, seed: int = 22) -> Iterator[Personal]:
    """`count` of them, kind by kind and language by language."""
    draw = random.Random(seed)
    kinds = list(_KINDS.items())
    langs = list(_AROUND)
    for number in range(count):
        kind, make = kinds[number % len(kinds)]
        lang = langs[number // len(kinds) % len(langs)]
        item, clause = make(draw, lang)
        item, clause = _disguised(draw, item, clause)
        yield Personal(kind, lang, item, draw.choice(_AROUND[lang]).replace("{}", clause))


def _disguised(draw: random.Random, item: str, clause: str) -> tuple[str, str]:
    """Now and then with full-width digits and signs, digits of another script, or characters that nobody sees."""
    way = draw.random()
    written = item
    if way < 0.06:
        written = "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in item)
    elif way < 0.12:
        written = "".join(chr(0x660 + int(sign)) if sign.isascii() and sign.isdigit() else sign for sign in item)
    elif way < 0.18:
        at = draw.randrange(1, len(item))
        written = f"{item[:at]}\u200b{item[at:]}"
    return written, clause.replace(item, written)


def _digits(draw: random.Random, shape: str) -> str:
    return "".join(str(draw.randrange(10)) if sign == "#" else sign for sign in shape)


def _name(draw: random.Random, lang: str) -> tuple[str, str]:
    name = f"{draw.choice(_GIVEN[lang])} {draw.choice(_FAMILY[lang])}"
    if draw.random() < 0.3:
        name = name.lower()
    return name, draw.choice(_MY_NAME[lang]).format(name)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ß", "ss")).encode("ascii", "ignore").decode()
    return "".join(filter(str.isalnum, plain)) or "someone"


def _email(draw: random.Random, lang: str) -> tuple[str, str]:
    given, family = (_ascii(draw.choice(names[lang]).lower()) for names in (_GIVEN, _FAMILY))
    host = draw.choice(("example.org", "mail.example.com", "posteo.example"))
    local = draw.choice((f"{given}.{family}", f"{given}{draw.randrange(100)}", f"{given}_{family}+shop"))
    email = f"{local}@{host}"
    spelled = host.replace(".", " dot ")
    form = draw.choice(
        (email, email, f"{given} at {spelled}", f"{local} (at) {host}", f"{local}[at]{host.replace('.', '(dot)')}")
    )
    return form, _WRITE[lang].format(form)


def _phone(draw: random.Random, lang: str) -> tuple[str, str]:
    number = _digits(draw, draw.choice(_PHONES[lang]))
    return number, _CALL[lang].format(number) if draw.random() < 0.7 else number


def _iban(draw: random.Random, lang: str) -> tuple[str, str]:
    iban = _IBANS[lang]
    iban = draw.choice((iban, iban.replace(" ", ""), iban.lower(), iban.replace(" ", "-")))
    return iban, f"IBAN {iban}"


def _card(draw: random.Random, lang: str) -> tuple[str, str]:
    begin = "4" + "".join(str(draw.randrange(10)) for _ in range(14))
    [last] = [digit for digit in "0123456789" if is_luhn(begin + digit)]
    whole = begin + last
    return (card := draw.choice(("", " ", "-")).join(whole[at : at + 4] for at in range(0, 16, 4))), f"Visa {card}"


def _id(draw: random.Random, lang: str) -> tuple[str, str]:
    number = _digits(draw, draw.choice(_IDS[lang]))
    return number, f"ID {number}"


def _ip(draw: random.Random, lang: str) -> tuple[str, str]:
    four = ".".join(str(draw.randrange(130, 255)) for _ in range(4))
    six = f"2001:db8:{draw.randrange(4096):x}::{draw.randrange(1, 65536):x}"
    return (address := draw.choice((four, four, six))), f"IP {address}"


def _url(draw: random.Random, lang: str) -> tuple[str, str]:
    """Only the secret must go."""
    secret = f"{draw.getrandbits(80):020x}7a"
    form = draw.choice(
        (
            "https://shop.example/reset/{}",
            "https://shop.example/x?token={}",
            "https://me:{}@shop.example/",
            "www.shop.example/a#{}",
        )
    )
    return secret, form.format(secret)


def _address(draw: random.Random, lang: str) -> tuple[str, str]:
    address = _digits(draw, draw.choice(_STREETS[lang]))
    return address, _LIVES[lang].format(address)


def _birth(draw: random.Random, lang: str) -> tuple[str, str]:
    day, year = draw.randrange(10, 29), draw.randrange(1935, 2012)
    date = draw.choice((f"{day}.03.{year}", f"{day}/03/{year}", f"{day} {_MONTHS[lang]} {year}", f"{year}-03-{day}"))
    return date, _BORN[lang].format(date)


_KINDS: Mapping[str, Callable[[random.Random, str], tuple[str, str]]] = {
    "name": _name, "email": _email, "phone": _phone, "iban": _iban, "card": _card, "id": _id, "ip": _ip, "url": _url,
    "address": _address, "birth": _birth,
}  # fmt: skip


def traces(item: str) -> Sequence[str]:
    """`item` as it was typed, in the form in which text is kept, and, of a long number, its digits alone."""
    kept = unicodedata.normalize("NFKC", item).replace("\u200b", "")
    kept = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in kept)
    digits = "".join(filter(str.isdigit, kept))
    return [item, kept, *([digits] if len(digits) >= 7 else [])]
