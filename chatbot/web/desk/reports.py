"""The report of the journal, as the desk asks for it: once for all tabs that show a part of it."""

from chatbot.core.templates import rendered
from chatbot.web.desk.desk import Desk
from chatbot.web.verb_runs import VerbRun

PERIODS = {"7 days": "7", "30 days": "30", "90 days": "90", "a year": "365"}
USUAL = "30"
READING = "<p>Reading the journal …</p>"  # until the first report is there


def report_of(desk: Desk, days: str, again: bool = False) -> VerbRun:
    """The report of the last `days`; with its page, where the machine can draw. `again`: not one of a minute ago."""
    arguments = ("report", "--index", str(desk.index), "--since", f"{days}d")
    made = desk.verbs.run(*arguments, has_page=True, again=again)
    # Pictures need packages that a server can do without.
    return desk.verbs.run(*arguments, again=again) if made.error else made


def report_document(desk: Desk, days: str) -> tuple[int, str]:
    """Status and HTML of what the tab Report shows in its frame."""
    made = report_of(desk, days if days in PERIODS.values() else USUAL)
    if made.page:
        return 200, made.page
    said = made.error or "The pages of reports need matplotlib on the server: pip install -r requirements.txt"
    return 200, rendered("web/desk/templates/said.html.jinja", said=said)
