"""Settings of the tests: a folder of their own, quick passwords, plain static files."""

import atexit
import os
import shutil
import tempfile

if "OMNISTUDIO_DATA_DIR" not in os.environ:  # a process that pytest starts has the folder of the first
    _folder = tempfile.mkdtemp(prefix="omnistudio-tests-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["OMNISTUDIO_DATA_DIR"] = os.environ["OMNISTUDIO_TESTS_DIR"] = _folder
# Each process of a parallel run has a folder of its own, which the processes that it starts have too.
if (
    "PYTEST_XDIST_WORKER" in os.environ
    and os.environ["OMNISTUDIO_DATA_DIR"] == os.environ.get("OMNISTUDIO_TESTS_DIR")
):  # fmt: skip
    os.environ["OMNISTUDIO_DATA_DIR"] += f"/{os.environ['PYTEST_XDIST_WORKER']}"

if _proxies := [name for name in os.environ if name.lower().endswith("_proxy")]:  # of whoever runs the tests
    for _name in _proxies:
        del os.environ[_name]

from omnistudio.settings import *
from omnistudio.settings import DATABASES, DATA_DIR, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads and processes share it as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # A pool would keep connections open when the test database is dropped.
    DATABASES["default"]["OPTIONS"] = {}
