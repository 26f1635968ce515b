#!/bin/sh
# strace, with which the tests watch whom our processes talk to. Without it those tests are reported as skipped.
command -v strace > /dev/null && exit 0
sh "$(dirname "$0")/apt_install.sh" strace \
  || echo "strace could not be installed here, so the tests of privacy will be skipped (apt-get install strace)."
exit 0
