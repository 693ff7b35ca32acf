"""Questions before something is paid."""

from tests.guards.guard import Guard

_WHO = ("who: whoever presses a key too often",)

TYPING = [
    Guard(
        "an answer before sending holds for what was asked",
        _WHO,
        "duplicates.question_of",
        "    if constant_time_compare(confirmed.removesuffix(KNOWN_WAS_SAID), digest):\n",
        "    if confirmed:\n",
        ("studio/composer/test_wildcards.py::test_a_confirmation_is_valid_for_its_submission_only[change0]",),
    ),
    Guard(
        "to be asked is no answer",
        _WHO,
        "duplicates.question_of",
        "    known = Known() if same in answered else known_of(user, wanted)\n",
        "    known = Known() if same in answered else known_of(user, wanted)\n"
        "    request.session[SESSION_KEY] = [*answered, same]\n",
        ("studio/composer/test_duplicates.py::test_a_duplicate_is_shown_until_confirmed_and_never_blocks",),
    ),
]
