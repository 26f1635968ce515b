"""Origins of sites, as browsers send them: scheme, host and port."""

import re

# As browsers send it: no path, no "null", in lower case.
_ORIGIN = re.compile(r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
# One "*" for the first label of a name, with at least two labels after it: "https://*.com" would be everybody.
_ORIGINS = re.compile(r"https?://\*\.(?P<below>([a-z0-9_-]+\.)+[a-z0-9_-]*[a-z_-][a-z0-9_-]*)(:[1-9][0-9]{0,4})?")
# Suffixes under which anybody can get a name: country suffixes such as "co.uk", and hosting services.
_PUBLIC_SUFFIXES = re.compile(r"(ac|co|com|edu|go|gob|gov|govt|mil|ne|net|or|org)\.[a-z]{2}")
_SERVICES = set(
    "appspot.com asn.au azurestaticapps.net azurewebsites.net bitbucket.io blogspot.com cloudfront.net deno.dev"
    " firebaseapp.com fly.dev github.io gitlab.io glitch.me herokuapp.com hf.space id.au lovable.app ltd.uk"
    " me.uk myshopify.com netlify.app ngrok-free.app ngrok.app ngrok.io now.sh onrender.com pages.dev plc.uk"
    " r2.dev railway.app replit.app run.app square.site streamlit.app surge.sh trycloudflare.com vercel.app"
    " web.app webflow.io weebly.com wixsite.com wordpress.com workers.dev".split()
)


def is_origin(text: str) -> bool:
    """Whether `text` is an origin as a browser writes it."""
    return _ORIGIN.fullmatch(text) is not None


def wrong_origin(text: str) -> str:
    """Why `text` is no origin or pattern of origins, and how to write it; "" where it is one."""
    several = _ORIGINS.fullmatch(text)
    if several and (_PUBLIC_SUFFIXES.fullmatch(several["below"]) or several["below"] in _SERVICES):
        return f"{text!r} lets everybody in who has a name below {several['below']}; name the part that is yours, too"
    if several or is_origin(text):
        return ""
    if not text.isascii():
        how = 'names in other letters as the browser sends them: "https://xn--bcher-kva.example"'
    elif "*" in text:
        how = '"https://*.example.dev", with one * for the first part of a name and two or more parts behind it'
    else:
        how = '"https://www.example.org" or "http://localhost:8000", without a path and in small letters'
    return f"{text!r} is not an origin; write it as the browser does, such as {how}"
