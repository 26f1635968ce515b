#!/bin/sh
# What a container runs: `python -m chatbot` with the arguments. An index elsewhere than in the image, on a volume, begins as that of
# the image, since the packages here can run its encoder, but not make one.
set -eu

# Under a name that nobody reads until it is whole. What cannot be copied stops no server: the index there may do without.
copy_encoder() {
  rm -rf "$2" && mkdir -p "${3%/*}" && cp -R "$1" "$2" && mv -T "$2" "$3"
}

if [ "$CHATBOT_INDEX" != /app/index ] && [ ! -e "$CHATBOT_INDEX/CURRENT" ]; then
  rm -rf "$CHATBOT_INDEX.copied"
  cp -R /app/index "$CHATBOT_INDEX.copied"
  [ ! -d "$CHATBOT_INDEX" ] || rmdir "$CHATBOT_INDEX" # empty, or it is not ours to replace
  mv -T "$CHATBOT_INDEX.copied" "$CHATBOT_INDEX"       # whole or not at all
elif [ "$CHATBOT_INDEX" != /app/index ]; then
  # A newer image may bring another encoder. Without it here, no build with it would be possible.
  for from in /app/index/encoders/*/; do
    name=$(basename "$from")
    to=$CHATBOT_INDEX/encoders/$name
    if [ -d "$from" ] && [ ! -e "$to" ]; then
      copy_encoder "$from" "$CHATBOT_INDEX/encoders/tmp-$name" "$to" \
        || echo "warning: $to: could not be copied from the image; a build may need it" >&2
    fi
  done
fi
exec python -m chatbot "$@"
