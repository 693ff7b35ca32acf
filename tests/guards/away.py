"""What holds while something is away: a cache, a database, a disk."""

from tests.guards.guard import Guard

AWAY = [
    Guard(
        "a count that can't be written is an error",
        ("who: somebody on the internet",),
        "database_cache.DatabaseCache._base_set",
        "        except (OperationalError, InterfaceError):\n            raise\n",
        "        except (OperationalError, InterfaceError):\n            return False\n",
        (
            "core/test_trouble.py::test_the_cache_says_what_it_could_not_write",
            "core/test_trouble.py::test_the_right_password_under_a_lock_is_not_too_many_tries",
        ),
    ),
    Guard(
        "only a form with its token is offered again",
        ("who: another site that a person visits",),
        "error_pages._typed",
        'or not getattr(request, "csrf_processing_done", False):',
        "or False:",
        ("core/test_trouble.py::test_a_form_whose_token_was_not_looked_at_is_not_offered_again",),
    ),
    Guard(
        "no secret stands in a form that is offered again",
        ("who: another site that a person visits",),
        "error_pages._typed",
        "    if secret or len(fields)",
        "    fields = [(n, value) for n, values in request.POST.lists() for value in values]\n    if len(fields)",
        ("core/test_trouble.py::test_a_key_is_not_in_the_page_that_sends_a_form_again",),
    ),
]
