"""What sites put around their content: menus, notices, calls to write; in the syntax of each format."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from random import Random

from hypothesis import strategies as st

# By language: what stands on a page, by kind. The first of the lines is the title, where there is one.
WORDS: dict[str, dict[str, list[tuple[str, ...]]]] = {
    "en": {
        "menu": [("Home", "About us", "Prices", "Contact"), ("Products", "Support", "Log in")],
        "crumbs": [("Home", "Help", "FAQ")],
        "cookie": [("We use cookies to give you the best experience. By continuing you agree to this.", "Accept all")],
        "contents": [("Table of contents",), ("Contents",), ("On this page",)],
        "top": [("Back to top",), ("\u2191 Top",), ("Return to top",)],
        "helpful": [("Was this helpful?", "Yes", "No"), ("Was this article helpful?", "Yes", "No")],
        "share": [("Share on Facebook", "Share on X"), ("Share", "Facebook", "LinkedIn", "WhatsApp")],
        "newsletter": [("Subscribe to our newsletter", "Your e-mail address", "Subscribe")],
        "call": [
            ("Still have questions?", "Contact us"),
            ("Can't find what you are looking for?", "Write to our team"),
            ("Ready to start?", "Book now"),
        ],
        "copyright": [("\u00a9 2024 The Old Mill Ltd. All rights reserved.",), ("Copyright 2019-2025 Hall & Sons",)],
        "sidebar": [("Our address", "The Old Mill, 7 River Street", "Phone 555 0199")],
    },
    "de": {
        "menu": [("Startseite", "\u00dcber uns", "Preise", "Kontakt")],
        "crumbs": [("Startseite", "Hilfe", "H\u00e4ufige Fragen")],
        "cookie": [("Diese Website verwendet Cookies. Wenn Sie fortfahren, stimmen Sie dem zu.", "Alle akzeptieren")],
        "contents": [("Inhaltsverzeichnis",), ("Inhalt",)],
        "top": [("Nach oben",), ("Zur\u00fcck nach oben",)],
        "helpful": [("War das hilfreich?", "Ja", "Nein")],
        "share": [("Teilen", "Facebook", "WhatsApp")],
        "newsletter": [("Newsletter abonnieren", "Ihre E-Mail-Adresse", "Abonnieren")],
        "call": [("Noch Fragen?", "Kontaktieren Sie uns"), ("Haben Sie noch Fragen?", "Schreiben Sie uns")],
        "copyright": [("\u00a9 2025 Alte M\u00fchle GmbH. Alle Rechte vorbehalten.",)],
        "sidebar": [("Anschrift", "Alte M\u00fchle, Flussweg 7", "Telefon 555 0199")],
    },
    "fr": {
        "menu": [("Accueil", "\u00c0 propos", "Tarifs", "Contact")],
        "crumbs": [("Accueil", "Aide", "FAQ")],
        "cookie": [("Ce site utilise des cookies. En continuant, vous acceptez leur utilisation.", "Tout accepter")],
        "contents": [("Table des mati\u00e8res",), ("Sommaire",)],
        "top": [("Haut de page",), ("Retour en haut",)],
        "helpful": [("Cet article vous a-t-il \u00e9t\u00e9 utile ?", "Oui", "Non")],
        "share": [("Partager", "Facebook", "WhatsApp")],
        "newsletter": [("Abonnez-vous \u00e0 notre newsletter", "Votre adresse e-mail", "S'abonner")],
        "call": [("Vous avez encore des questions ?", "Contactez-nous")],
        "copyright": [("\u00a9 2025 Vieux Moulin. Tous droits r\u00e9serv\u00e9s.",)],
        "sidebar": [("Adresse", "Vieux Moulin, 7 rue du Fleuve", "T\u00e9l\u00e9phone 555 0199")],
    },
    "es": {
        "menu": [("Inicio", "Sobre nosotros", "Precios", "Contacto")],
        "crumbs": [("Inicio", "Ayuda", "Preguntas frecuentes")],
        "cookie": [("Usamos cookies para mejorar su experiencia. Si contin\u00faa, acepta su uso.", "Aceptar todas")],
        "contents": [("\u00cdndice",), ("Tabla de contenidos",)],
        "top": [("Volver arriba",), ("Ir arriba",)],
        "helpful": [("\u00bfFue \u00fatil este art\u00edculo?", "S\u00ed", "No")],
        "share": [("Compartir", "Facebook", "WhatsApp")],
        "newsletter": [("Suscr\u00edbete a nuestro bolet\u00edn", "Tu correo electr\u00f3nico", "Suscribirse")],
        "call": [("\u00bfTienes m\u00e1s preguntas?", "Cont\u00e1ctanos")],
        "copyright": [("\u00a9 2025 Molino Viejo. Todos los derechos reservados.",)],
        "sidebar": [("Direcci\u00f3n", "Molino Viejo, calle del R\u00edo 7", "Tel\u00e9fono 555 0199")],
    },
}
_TOP = ("menu", "crumbs", "cookie", "contents")
_AFTER = ("helpful", "share", "top")  # below each answer
_BOTTOM = ("call", "newsletter", "sidebar", "share", "menu", "cookie", "copyright")
KINDS = sorted({*_TOP, *_AFTER, *_BOTTOM, "generator"})


@dataclass(frozen=True)
class Furniture:
    """Which kinds of it a page has, and in which language."""

    kinds: frozenset[str] = frozenset()
    lang: str = "en"


furniture = st.builds(Furniture, st.frozensets(st.sampled_from(KINDS)), st.sampled_from(sorted(WORDS)))


@dataclass(frozen=True)
class Around:
    """The furniture of one page, as pieces of its syntax."""

    top: list[str]
    after: list[str]  # below each answer
    bottom: list[str]


Writer = Callable[[str, tuple[str, ...], Random], str]


def around(own: Furniture, rng: Random, write: Writer, questions: Sequence[str] = (), without: str = "") -> Around:
    """`own` written by `write`, but for the kinds named in `without`. `questions`: of the table of contents."""

    def pieces(places: Sequence[str]) -> Iterator[str]:
        for kind in places:
            if kind in own.kinds and kind not in without.split():
                lines = rng.choice(WORDS[own.lang][kind])
                yield write(kind, (*lines, *questions) if kind == "contents" else lines, rng)

    at_top = {kind for kind in ("menu", "cookie") if rng.random() < 0.5}
    after = list(pieces(_AFTER))
    top = [kind for kind in _TOP if kind in at_top or kind in ("crumbs", "contents")]
    return Around(list(pieces(top)), after, list(pieces([kind for kind in _BOTTOM if kind not in at_top])))


# {0} is the first line, {1} the second ...; {links} an item of a list for each.
_HTML: dict[str, tuple[str, ...]] = {
    "menu": tuple(f"<{tag}><ul>\n{{links}}</ul></{tag[:3]}>" for tag in ("nav", 'div class="navbar"')),
    "crumbs": ('<div class="breadcrumb"><a href="/">{0}</a> &gt; <a href="/h">{1}</a> &gt; {2}</div>',),
    "cookie": ('<div id="cookie-notice"><p>{0}</p><button>{1}</button></div>',),
    "contents": ("<ul>\n{links}</ul>", "<h2>{0}</h2>\n<ul>\n{links}</ul>", "<p><b>{0}</b></p>\n<ol>\n{links}</ol>"),
    "top": ('<p><a href="#top">{0}</a></p>', '<a class="totop" href="#">{0}</a>'),
    "helpful": ('<div class="feedback"><span>{0}</span> <button>{1}</button> <button>{2}</button></div>',),
    "share": ('<ul class="share">\n{links}</ul>',),
    "newsletter": (
        '<div class="newsletter"><h3>{0}</h3>\n<form><input placeholder="{1}"><button>{2}</button></form></div>',
    ),
    "call": tuple(
        f'<div class="cta"><{tag}>{{0}}</{tag}>\n<a class="btn" href="/contact">{{1}}</a></div>'
        for tag in ("h2", "h3", "p")
    ),
    "sidebar": ("<aside><h4>{0}</h4>\n<p>{1}</p>\n<p>{2}</p></aside>",),
    "copyright": ("<footer><p>{0}</p></footer>", '<div class="bottom">{0}</div>'),
}


def as_html(kind: str, lines: tuple[str, ...], rng: Random) -> str:
    shown = [escape(line, quote=False) for line in lines]
    linked = shown[1:] if kind == "contents" else shown
    links = "".join(f'<li><a href="#q{n}">{line}</a></li>\n' for n, line in enumerate(linked, 1))
    return rng.choice(_HTML[kind]).format(*shown, links=links)


def as_markdown(kind: str, lines: tuple[str, ...], rng: Random) -> str:
    title, *rest = lines
    if kind == "menu":
        return " | ".join(f"[{line}](https://mill.example/{n})" for n, line in enumerate(lines))
    if kind == "crumbs":
        return f"[{title}](/) > [{rest[0]}](/help) > {rest[1]}"
    if kind == "contents":
        items = "\n".join(f"- [{line}](#q{n})" for n, line in enumerate(rest, 1))
        return f"## {title}\n\n{items}" if rng.random() < 0.6 else items
    if kind == "top":
        return rng.choice(("[{}](#top)", "**[{}](#)**", '<a href="#top">{}</a>')).format(title)
    if kind == "helpful":
        return f"{title} " + " / ".join(f"[{line}](https://mill.example/{n})" for n, line in enumerate(rest))
    if kind == "share":
        return " ".join(f"[{line}](https://mill.example/share/{n})" for n, line in enumerate(lines))
    if kind == "call":
        return f"## {title}\n\n[{rest[0]}](https://mill.example/contact)"
    return rng.choice(("---\n\n", "")) + title


def as_text(kind: str, lines: tuple[str, ...], rng: Random) -> str:
    """As it comes along when one copies a page."""
    if kind == "crumbs":
        return rng.choice((" > ", " / ", " \u00bb ")).join(lines)
    return "\n".join(lines)
