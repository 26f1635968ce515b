#!/bin/sh
# sh tests/audit.sh FOLDER: known vulnerabilities of what is installed (FOLDER/audited.txt) and of the locks of deploy/.
# FOLDER: the environment of pip-audit. Ends in one sentence, and with 1 unless nothing was found in any.
set -eu
folder=$1

found_none() {
  "$folder/bin/pip-audit" --strict --no-deps --disable-pip --progress-spinner off -r "$1" 2> "$folder/told.txt"
}

# An old version with known vulnerabilities. An index that does not tell of them says nothing about the others.
echo "pyyaml==5.3" > "$folder/canary.txt"
if found_none "$folder/canary.txt" > /dev/null; then
  echo "error: the index of vulnerabilities knows of none in pyyaml 5.3, which has some; its word on other packages is worth nothing" >&2
  exit 1
fi
if ! grep -q "^Found " "$folder/told.txt"; then # without a network pip-audit ends in a trace
  echo "error: the code has passed, but the packages could not be audited, as the index of vulnerabilities could not be" \
    "asked; $folder/told.txt says why" >&2
  exit 1
fi
for list in "$folder/audited.txt" deploy/*.lock; do
  found_none "$list" || {
    echo "error: $list: $(grep "^Found " "$folder/told.txt" || echo "could not be audited; $folder/told.txt says why")" >&2
    exit 1
  }
done
echo "No known vulnerabilities found in what is installed and in the locks"
