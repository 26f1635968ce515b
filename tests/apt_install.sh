#!/bin/sh
# apt_install.sh PACKAGE: installs a Debian package where that is possible without asking anybody.
set -eu
command -v apt-get > /dev/null || exit 1
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2> /dev/null; then as_root="sudo -n"; else exit 1; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq > /dev/null
$as_root apt-get install -y -qq --no-install-recommends "$1" > /dev/null
