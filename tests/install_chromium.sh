#!/bin/sh
# Debian's Chromium for the browser tests, without windows, which takes a third of the time. Without any they are
# reported as skipped; nothing else depends on it.
command -v chromium-headless-shell > /dev/null && exit 0
echo "Installing Chromium for the browser tests ..."
sh "$(dirname "$0")/apt_install.sh" chromium-headless-shell && exit 0
command -v chromium > /dev/null || command -v chromium-browser > /dev/null \
  || echo "Chromium could not be installed here, so the browser tests will be skipped (apt-get install chromium)."
exit 0
