#!/bin/sh
# What a container runs: `python -m chatbot` with the arguments. An index elsewhere than in the image, on a volume, begins as that of
# the image, since the packages here can run its encoder, but not make one.
set -eu

if [ "$CHATBOT_INDEX" != /app/index ] && [ ! -e "$CHATBOT_INDEX/CURRENT" ]; then
  rm -rf "$CHATBOT_INDEX.copied"
  cp -R /app/index "$CHATBOT_INDEX.copied"
  [ ! -d "$CHATBOT_INDEX" ] || rmdir "$CHATBOT_INDEX" # empty, or it is not ours to replace
  mv -T "$CHATBOT_INDEX.copied" "$CHATBOT_INDEX"       # whole or not at all
fi
exec python -m chatbot "$@"
