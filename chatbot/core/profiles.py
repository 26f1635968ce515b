"""What the profile of a FAQ decides about settings that its owner leaves open.

What a profile demands of settings and entries is checked by `chatbot.content.profile`.
"""

from collections.abc import Mapping

GENERAL, HEALTH = "general", "health"

# Setting -> profile -> its default
_DEFAULTS: Mapping[str, Mapping[str, str]] = {"journal": {GENERAL: "unanswered", HEALTH: "off"}}


def default_of(setting: str, profile: str) -> str:
    """The default of `setting`, one that depends on the profile. Such a setting is "" until the owner sets it."""
    return _DEFAULTS[setting][profile]
