#!/bin/sh
# A Chromium for the browser tests. Silent and quick where there is one.
#   PY=<python of the development environment> sh tests/browser/install-chromium.sh
set -eu

PY=${PY:-python3}

works() { command -v "$1" >/dev/null 2>&1 && "$1" --version >/dev/null 2>&1; }

if [ -n "${CHROMIUM:-}" ]; then
  if works "$CHROMIUM"; then exit 0; fi
  echo "CHROMIUM says $CHROMIUM, and that does not run." >&2
  exit 1
fi
# A name alone says little: on Ubuntu it may only lead on to a snap that is not there.
for name in chromium chromium-browser google-chrome; do
  if works "$name"; then exit 0; fi
done

# The one that Playwright installed before.
playwrights() {
  "$PY" -c '
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    sys.exit(not os.path.exists(playwright.chromium.executable_path))' 2>/dev/null
}
if playwrights; then exit 0; fi

if command -v apt-get >/dev/null 2>&1; then
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
  if [ -z "$as_root" ] || { command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; }; then
    echo "Installing Chromium for the browser tests (once) …"
    if $as_root apt-get update -qq \
      && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; then
      # Thai and Chinese look right with these; the tests pass without them.
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        fonts-noto-core fonts-noto-cjk >/dev/null || echo "No fonts for Thai and Chinese could be installed; going on without." >&2
      if works chromium; then exit 0; fi
    fi
  fi
fi

echo "Fetching Playwright’s Chromium for the browser tests (once) …"
if "$PY" -m playwright install chromium && playwrights; then exit 0; fi

cat >&2 <<'END'
The browser tests need Chromium, and none could be installed.
Install Chromium or Google Chrome, or say where it is:  CHROMIUM=/path/to/chromium make test
END
exit 1
