"""Files of others: what they are, how much they may hold, what is left in them, how they are called."""

from tests.guards.guard import Change, Guard

_FILES = "security/test_files.py"
_PERSON = "who: a person with a file"
_FILLING = "who: somebody on the internet"
_BODY = f"{_FILES}::test_a_body_that_is_too_long_is_refused_unread"
_PLACE = f"{_FILES}::test_gps_data_is_removed_from_an_upload_and_its_thumbnail"
_TEXT = f"{_FILES}::test_a_text_is_no_result"

FILES = [
    Guard(
        "references are encoded anew",
        (_PERSON,),
        "references.keep_reference",
        "    content, picture = images.normalised(file, max_pixels=settings.MAX_PICTURE_PIXELS)\n",
        "    picture = images.inspect(file, max_pixels=settings.MAX_PICTURE_PIXELS)\n"
        "    file.seek(0)\n"
        "    content = file.read()\n",
        (f"{_FILES}::test_only_the_image_of_a_polyglot_is_stored", _PLACE),
    ),
    Guard(
        "no metadata stays in a reference",
        (_PERSON,),
        "images.normalised",
        "        upright.info = {}\n",
        "",
        (_PLACE,),
    ),
    Guard(
        "a file's type is in its bytes",
        ("who: the service", "3.2.1", "5.2.2"),
        "ingest._image",
        '        "image", picture.content_type, picture.extension, picture.width',
        '        "image", "text/html", picture.extension, picture.width',
        (f"{_FILES}::test_a_polyglot_result_is_served_as_an_image_only",),
    ),
    Guard(
        "nothing runs in a file that is served",
        ("who: the service", "3.2.1"),
        "views.MEDIA_CSP",
        "frame-ancestors 'none'; sandbox\"",
        "frame-ancestors 'none'\"",
        (f"{_FILES}::test_a_polyglot_result_is_served_as_an_image_only",),
    ),
    Guard(
        "of pictures five formats are read",
        ("1.3.4", "5.2.2"),
        "images._opened",
        "Image.open(file, formats=list(FORMATS))",
        "Image.open(file)",
        ("studio/composer/test_references.py::test_an_unusable_image_is_refused_with_a_reason[bmp]",),
    ),
    Guard(
        "a text is no result, and no playlist is read",
        ("1.3.4", "5.2.2"),
        "file_types._text_or_unknown",
        "    return None if is_text else UNKNOWN\n",
        "    return UNKNOWN\n",
        (_TEXT,),
    ),
    Guard(
        "the formats are those that are written down",
        ("5.1.1",),
        "images.FORMATS",
        '    "WEBP": ("image/webp", "webp"),\n',
        "",
        ("studio/composer/test_references.py::test_the_three_formats_are_accepted",),
    ),
    Guard(
        "what a decoder raises is a fault of the file",
        (_PERSON,),
        "images._opened",
        "    except Exception as error:  # decoders raise",
        "    except OSError as error:  # decoders raise",
        (
            f"{_FILES}::test_whatever_a_decoder_raises_is_a_fault_of_the_file",
            "security/test_broken_files.py::test_a_broken_image_raises_only_bad_image",
        ),
    ),
    Guard(
        "pixels are bounded",
        ("5.2.6",),
        "images._opened",
        "                if image.width * image.height > max_pixels:\n",
        "                if False:\n",
        ("security/test_broken_files.py::test_an_image_of_too_many_pixels_is_refused_before_decoding",),
        also=(
            Change(
                "images._opened",
                "            file.seek(0)\n",
                "            file.seek(0)\n            Image.MAX_IMAGE_PIXELS = None\n",
            ),
        ),
    ),
    Guard(
        "text in a picture is bounded (Pillow's)",
        ("5.2.3",),
        "images._opened",
        "            file.seek(0)\n",
        "            file.seek(0)\n            from PIL import PngImagePlugin\n\n"
        "            PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 2**31\n",
        ("security/test_broken_files.py::test_text_that_unpacks_to_gigabytes_is_refused",),
    ),
    Guard(
        "two pictures at once",
        (_FILLING, "15.2.2"),
        "images._PLACES",
        "_PLACES = threading.BoundedSemaphore(2)",
        "_PLACES = threading.BoundedSemaphore(200)",
        ("security/test_broken_files.py::test_at_most_two_images_are_decoded_at_once",),
    ),
    Guard(
        "bodies are bounded before they are read",
        (_FILLING, "5.2.1"),
        "settings.MIDDLEWARE",
        '    "omnistudio.core.middleware.bounded_bodies",\n',
        "",
        (f"{_BODY}[/references/-True-1000000000000-413]", f"{_BODY}[/runs/-True-1000000000000-413]"),
    ),
    Guard(
        "who is not signed in sends no large files",
        (_FILLING, "5.2.1"),
        "middleware.bounded_bodies",
        "if _name_of(request) in with_files and request.user.is_authenticated:",
        "if _name_of(request) in with_files:",
        (f"{_BODY}[/references/-False-3000000-413]",),
    ),
    Guard(
        "the API's bodies are bounded, too",
        (_FILLING, "5.2.1"),
        "api_views._body",
        'if int(request.headers.get("Content-Length") or 0) <= catalogue.MAX_BODY_BYTES:',
        "if True:",
        ("openapi_server/test_create_task.py::test_a_body_that_is_too_long_is_not_read",),
    ),
    Guard(
        "eight references, each as large as one may be",
        ("2.3.2",),
        "middleware.bounded_bodies",
        "                most += settings.MAX_REFERENCE_BYTES * MAX_REFERENCES\n",
        "                most += settings.MAX_REFERENCE_BYTES\n",
        (f"{_FILES}::test_eight_large_files_at_once_are_accepted",),
    ),
    Guard(
        "an upload is not called what it says",
        ("5.3.2",),
        "references.keep_reference",
        'reference.file.save(f"original.{picture.extension}", ContentFile(content), save=False)',
        'reference.file.save(str(getattr(file, "name", "x")), ContentFile(content), save=False)',
        ("security/test_injection.py::test_the_name_of_an_upload_is_not_used",),
    ),
    Guard(
        "no name in a ZIP leads out of its folder",
        ("5.3.2",),
        "zip._Names.unique",
        '        name = safe_name(name).lstrip(".-") or "item"\n',
        "",
        ("gallery/export/test_zip.py::test_no_file_name_leaves_the_folder",),
    ),
    Guard(
        "names in headers are quoted",
        ("1.2.1", "5.4.1", "5.4.2"),
        "views.attachment",
        "{quote(name, safe='')}",
        "{name}",
        (
            "security/test_injection.py::test_no_name_of_a_file_reaches_a_header_unquoted",
            "security/test_injection.py::test_no_name_of_a_collection_reaches_a_header_unquoted",
        ),
    ),
]
