"""The tray: one's own tasks alone."""

from tests.guards.guard import Guard

TRAY = [
    Guard(
        "the tray has one's own tasks alone",
        ("who: a stranger with an account", "8.2.2"),
        "tray.queries._own",
        "return Task.objects.not_trashed().filter(owner_id=user_id)",
        "return Task.objects.not_trashed()",
        ("studio/tray/test_tray.py::test_the_tray_has_ones_own_tasks_alone",),
    ),
]
