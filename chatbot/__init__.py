"""Verbatim: a semantic-search FAQ chatbot that answers in the site's own words or says that it cannot."""

import os

__version__ = "0.1.0"

# What libraries would send to others, and what they would leave behind for it. Every process of ours passes here
# before it imports any of them. `tests/test_private.py` watches what they do.
os.environ.update(
    {
        "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime: an id and events, kept in the home directory and sent to its maker
        "GRADIO_ANALYTICS_ENABLED": "False",
        # It would go through the last 10,000 turns after each one, for figures that nobody can see here.
        "GRADIO_ANALYTICS_MAX_EVENTS": "1",
        "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # It would look through all installed packages for plug-ins, which may watch what is validated, and take 30 ms.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
    }
)
# torch makes a folder for what it compiles as soon as it is loaded. Nothing is compiled here, so one that exists does.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.environ.get("TMPDIR", "/tmp"))  # only named  # nosec B108
