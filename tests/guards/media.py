"""Files of others that ask for more than they look like, and what a browser may be given of them."""

from tests.guards.guard import Change, Guard

_MINUTES = "studio/composer/test_reference_files.py::test_a_small_file_that_asks_for_minutes_is_refused_at_once"
_SAVED = "security/test_files.py::test_a_result_of_an_unknown_kind_is_served_as_download_only"
_INDEX = "gallery/media/test_result_videos.py::test_a_small_file_with_a_huge_index_takes_no_memory"
_FILLING = "who: somebody on the internet"

MEDIA = [
    Guard(
        "scans of a JPEG are counted before it is decoded",
        (_FILLING, "5.2.6"),
        "images._opened",
        "                _refuse_scans(image, work, max_pixels)\n",
        "",
        (f"{_MINUTES}[a thousand scans]", f"{_MINUTES}[30 scans of 62 million pixels]"),
    ),
    Guard(
        "parts of a picture are counted before it is opened",
        (_FILLING, "5.2.6"),
        "images._counted",
        "    if work.too_much:\n",
        "    if False:\n",
        (f"{_MINUTES}[a million chunks]", f"{_MINUTES}[segments]"),
    ),
    Guard(
        "videos are looked at in a process that is killed in time",
        ("who: the service", "15.2.2"),
        "videos.look_at",
        "        seen = apart(_looked_at, path, format, seconds=MAX_SECONDS)\n",
        "        seen = _looked_at(path, format)\n",
        (_INDEX,),
        also=(
            Change(
                "videos.look_at",
                "    except Failed as error:\n        raise Unreadable(str(error)) from error\n    if isinstance",
                "    except Exception as error:\n        raise Unreadable(str(error)) from error\n    if isinstance",
            ),
        ),
    ),
    Guard(
        "what a browser may not show is sent to be saved",
        ("who: the service", "3.2.1"),
        "views.media_answer",
        '    if content_type not in INLINE_TYPES and disposition == "inline":\n',
        "    if False:\n",
        (f"{_SAVED}[svg-image]",),
    ),
]
