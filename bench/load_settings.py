"""The project's settings as they are, with one view more: the empty one that the poll is compared with."""

from omnistudio.settings import *  # noqa: F403

ROOT_URLCONF = "bench.load_urls"
