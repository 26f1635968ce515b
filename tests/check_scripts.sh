#!/bin/sh
# TypeScript reads the three scripts and the types in their comments; it writes nothing. Skipped where it is not there.
cd "$(dirname "$0")"
tsc=node_modules/typescript/bin/tsc
if ! command -v node > /dev/null; then
  echo "The scripts were not checked: node is not installed (apt-get install npm)."
elif [ ! -f "$tsc" ]; then
  echo "The scripts were not checked: TypeScript is not installed (npm ci --prefix tests)."
else
  node "$tsc" --project tsconfig.json
fi
