"""Ends with 0 when the server of this container can answer; else with 1, and a line that says why. Needs nothing."""

import os
import sys
import urllib.error
import urllib.request

port = os.environ.get("CHATBOT_PORT") or os.environ.get("PORT") or "7860"
# A server that goes by certain names answers under no other.
name = os.environ.get("CHATBOT_ALLOWED_HOSTS", "").partition("|")[0].strip() or "127.0.0.1"
asked = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": name})
try:
    print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=4).read().decode())
except OSError as error:  # HTTPError, which has the status, is one
    sys.exit(f"/readyz: {error}")
