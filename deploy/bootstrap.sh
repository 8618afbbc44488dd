#!/bin/sh
# From a bare machine (make, python3, certificates) to the environment and the tools. Called by make.
#   sh deploy/bootstrap.sh environment          uv, then .venv from uv.lock
#   sh deploy/bootstrap.sh all [--tests]        the same, with the pinned servers: their long builds start first, beside it
#   sh deploy/bootstrap.sh run COMMAND…         a command in the environment
set -eu

cd "$(dirname "$0")/.."
cache="${EP_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/espace-partenaires}"
uv_pin="uv==0.13.9"

say() { printf '%s\n' "$*"; }
refuse() { printf '\n%s\n' "$*" >&2; exit 1; }

privilege() { # what to put before apt-get; fails when this user may not
  [ "$(id -u)" = 0 ] && return 0
  command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; } && printf 'sudo'
}

apt_install() {
  line="apt-get install --yes --no-install-recommends $*"
  command -v apt-get >/dev/null 2>&1 || refuse "Install by hand: $*"
  if ! before=$(privilege); then refuse "Run this once, then start again:

    sudo $line"; fi
  say "bootstrap: $line"
  $before env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq update || true
  # shellcheck disable=SC2086
  $before env DEBIAN_FRONTEND=noninteractive $line -qq >/dev/null || refuse "apt-get failed. Run by hand: sudo $line"
}

find_uv() {
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then command -v uv; return; fi
  [ -x "$cache/uv/bin/uv" ] && { printf '%s' "$cache/uv/bin/uv"; return; }
  return 1
}

install_uv() {
  command -v python3 >/dev/null 2>&1 || apt_install python3 python3-venv ca-certificates
  say "bootstrap: installing $uv_pin into $cache/uv (about 5 s)"
  mkdir -p "$cache"
  if ! python3 -m venv "$cache/uv" >/dev/null 2>&1; then
    rm -rf "$cache/uv"
    apt_install python3-venv
    python3 -m venv "$cache/uv"
  fi
  "$cache/uv/bin/pip" install --quiet --disable-pip-version-check "$uv_pin" ||
    refuse "uv cannot be installed with pip. Put uv on PATH (looked for there, then in $cache/uv/bin)."
}

recent_python() { # a Python that can run the tools before the environment exists
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

environment() {
  uv=$(find_uv) || { install_uv; uv=$(find_uv); }
  recent_python >/dev/null ||
    say "bootstrap: no Python 3.11 or newer on PATH: uv fetches one of its own; where it cannot, install python3.11"
  [ -d .venv ] || say "bootstrap: environment from uv.lock (half a minute to two minutes the first time)"
  "$uv" sync --frozen --all-extras --quiet
}

install_tools() {
  tests=$1
  "$2" -m deploy.tools install $tests
}

case "${1:-}" in
  environment)
    environment
    ;;
  all)
    tests="${2:-}"
    export PATH="$PATH:$cache/uv/bin"
    if python=$(recent_python); then
      find_uv >/dev/null || install_uv
      say "bootstrap: tools and environment, side by side"
      exec 3<&0 # a command in the background loses the terminal, and sudo may have to ask
      install_tools "$tests" "$python" <&3 &
      tools=$!
      trap 'kill "$tools" 2>/dev/null || true' INT TERM
      environment || { kill "$tools" 2>/dev/null || true; exit 1; }
      wait "$tools" || exit 1
    else
      environment
      install_tools "$tests" .venv/bin/python
    fi
    if [ -n "$tests" ]; then .venv/bin/python -m deploy.tools install --tests --java; fi
    ;;
  run)
    shift
    [ -x .venv/bin/python ] || environment
    uv=$(find_uv)
    exec "$uv" run --frozen --all-extras -- "$@"
    ;;
  *)
    refuse "usage: sh deploy/bootstrap.sh environment | all [--tests] | run COMMAND…"
    ;;
esac
