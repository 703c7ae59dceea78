#!/usr/bin/env bash
# Every check, in the order in which a mistake is cheapest to find. Says what it left out and why.
set -u
bin=.venv/bin
failed=()
step() { echo "== $1"; shift; "$@" || failed+=("$1 ${2:-}"); }
step "style" "$bin/ruff" check --quiet .
step "form" "$bin/ruff" format --quiet --check .
step "types" "$bin/mypy"
step "content" "$bin/signpost" check-content --strict
step "questions" "$bin/signpost" check-questions --fail-under-3 .92 --fail-under-1 .75
step "tests" "$bin/pytest" -q -n 2 --dist loadfile -m "not browser and not slow"
step "proofs" "$bin/pytest" -q -m "slow and not browser"
# A browser that stops answering would hold everything up for ever: it gets fifteen minutes, and one more try.
browser() {
  timeout -k 10 900 "$bin/pytest" -q -m browser && return 0
  [ "$?" -eq 124 ] || return 1
  echo "The browser stopped answering. Once more."
  timeout -k 10 900 "$bin/pytest" -q -m browser
}
step "browser" browser
if [ "${#failed[@]}" -gt 0 ]; then
  printf 'Failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "All checks passed."
