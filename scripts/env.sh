# Sourced by the scripts beside it: makes the virtual environment once, then stays out of the way.
# A change of the dependencies, their pins or the build hook makes it anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PYTHONDONTWRITEBYTECODE="${PYTHONDONTWRITEBYTECODE:-1}" PIP_DISABLE_PIP_VERSION_CHECK=1 TZ=UTC

_python() {
  for candidate in "${ZHIBAN_PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Zhiban needs Python 3.11 or newer; set ZHIBAN_PYTHON to one." >&2
  exit 2
}

_environment() {
  local python stamp
  python="$(_python)"
  stamp="$("$python" -VV | cksum | cut -d' ' -f1)-$({ sed '/^\[tool\.pytest/,$d' pyproject.toml; cat constraints.txt scripts/hatch_build.py; } | cksum | cut -d' ' -f1)-$(pwd | cksum | cut -d' ' -f1)"
  exec 9> "${TMPDIR:-/tmp}/zhiban-env-$(pwd | cksum | cut -d' ' -f1).lock"
  flock 9 2>/dev/null || true # two scripts started at once: the second waits for the first
  if [ "$(cat .venv/stamp 2>/dev/null)" != "$stamp" ]; then
    echo "Setting up .venv (once) with $("$python" --version) ..." >&2
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install -qq --upgrade 'pip>=24' >&2
    .venv/bin/python -m pip install -qq --require-hashes --requirement constraints.txt >&2
    .venv/bin/python -m pip install -qq --no-deps --no-build-isolation --editable . >&2
    echo "$stamp" > .venv/stamp
  fi
  exec 9>&-
  export PATH="$PWD/.venv/bin:$PATH"
}
_environment
