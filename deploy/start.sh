#!/bin/sh
# What a container runs: `python -m chatbot` with the arguments. An index elsewhere than in the image, on a volume, first gets
# the exported encoders of the image, as they can only be made with torch.
set -eu

if [ "$CHATBOT_INDEX" != /app/index ]; then
  mkdir -p "$CHATBOT_INDEX/encoders"
  for encoder in /app/index/encoders/*; do
    there="$CHATBOT_INDEX/encoders/${encoder##*/}"
    if [ ! -e "$there" ]; then
      rm -rf "$there.copied"
      cp -R "$encoder" "$there.copied"
      mv -T "$there.copied" "$there" # whole or not at all
    fi
  done
fi
exec python -m chatbot "$@"
