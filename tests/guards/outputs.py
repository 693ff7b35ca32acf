"""Further results of a task: visible to those who see the task, and stored whatever they are."""

from tests.guards.guard import Guard

_ROLE = "security/test_every_url.py::test_each_role_gets_the_expected_answer"
_OUTPUTS = "tracker/test_outputs.py"

OUTPUTS = [
    Guard(
        "further results are seen by whoever sees the task",
        ("who: a stranger with an account", "2.2.2", "8.2.2"),
        "views.output",
        '    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("prompt"), pk=task_id)\n'
        "    further =",
        '    task = get_object_or_404(Task.objects.select_related("prompt"), pk=task_id)\n    further =',
        (f"{_ROLE}[output-GET-2,file,private]", f"{_OUTPUTS}::test_each_image_of_a_list_is_stored"),
    ),
    Guard(
        "further results behind a link are those of its items",
        ("who: whoever has a share link",),
        "public_views.shared_output",
        '    task = get_object_or_404(share_link_queries.items_of(link).select_related("prompt"), pk=task_id)\n'
        "    output =",
        '    task = get_object_or_404(Task.objects.select_related("prompt"), pk=task_id)\n    output =',
        (f"{_ROLE}[shared_output-GET-link_token,shared,2,file]",),
    ),
]
