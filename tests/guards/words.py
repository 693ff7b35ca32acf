"""Words of others: markup, links, tables, mail, logs, numbers that are none."""

from tests.guards.guard import Change, Guard

_INJECTION = "security/test_injection.py"
_MARKUP = f"{_INJECTION}::test_no_field_is_markup_anywhere"
_ANSWERS = f"{_INJECTION}::test_no_answer_to_a_form_has_markup_of_others_in_it"
_RECORD = "security/test_numbers_and_logs.py::test_a_record_of_a_log_is_one_and_moves_no_cursor"
_NO_KEY = f"{_INJECTION}::test_a_key_stands_in_no_answer_no_export_and_no_log"
_FORM = "security/test_fuzz.py::test_any_words_in_any_form_are_no_error"
_ADDRESS = "security/test_fuzz.py::test_any_words_in_any_address_are_no_error"
_PERSON = "who: a person with words"
_ANY = "who: any words in any form"
_READER = "who: whoever reads logs, pages, exports"

WORDS = [
    Guard(
        "templates escape",
        (_PERSON, "1.1.2", "1.2.1"),
        "settings.TEMPLATES",
        '            "builtins": ["omnistudio.core.templatetags.ui"],\n',
        '            "autoescape": False,\n            "builtins": ["omnistudio.core.templatetags.ui"],\n',
        (_MARKUP, _ANSWERS),
    ),
    Guard(
        "a prompt is text",
        (_PERSON, "1.1.2", "1.2.1"),
        "templates/gallery/browse/_tile.html",
        "{{ task.prompt.shown|truncatechars:90 }}",
        "{{ task.prompt.shown|truncatechars:90|safe }}",
        (_MARKUP,),
    ),
    Guard(
        "a name is text",
        (_PERSON, "1.1.2", "1.2.1"),
        "templates/gallery/items/_comment.html",
        "<b>{{ comment.author.display_name }}</b>",
        "<b>{{ comment.author.display_name|safe }}</b>",
        (_MARKUP, _ANSWERS),
    ),
    Guard(
        "a comment is text",
        ("3.2.2",),
        "templates/gallery/items/_comment.html",
        ">{{ comment.text }}</p>",
        ">{{ comment.text|safe }}</p>",
        ("gallery/items/test_comments.py::test_markup_is_escaped_and_urls_are_not_linked", _MARKUP),
    ),
    Guard(
        "an address in a comment is no link",
        ("3.2.2",),
        "templates/gallery/items/_comment.html",
        ">{{ comment.text }}</p>",
        ">{{ comment.text|urlize }}</p>",
        ("gallery/items/test_comments.py::test_markup_is_escaped_and_urls_are_not_linked",),
    ),
    Guard(
        "a toast is text",
        (_PERSON, "1.2.1"),
        "templates/shared/_toast.html",
        "{{ text }}",
        "{{ text|safe }}",
        (_ANSWERS,),
    ),
    Guard(
        "the service's links lead to the web",
        ("who: the service", "1.2.2"),
        "task.Task.sound_url",
        'return self.audio_url if self.audio_url.lower().startswith(("http://", "https://")) else ""',
        "return self.audio_url",
        (f"{_INJECTION}::test_the_service_gives_no_link_that_runs", _MARKUP),
    ),
    Guard(
        "no script stands in a page",
        ("1.2.3",),
        "templates/shared/_toast.html",
        "{{ text }}",
        '<i onclick="x()">{{ text }}</i>',
        ("core/test_safety.py::test_no_template_has_inline_script_or_handlers",),
    ),
    Guard(
        "no cell is a formula",
        (_PERSON, "1.2.10"),
        "zip.cell",
        "isinstance(value, str) and _FORMULA.match(value) else value",
        "False else value",
        ("gallery/export/test_zip.py::test_no_cell_of_the_csv_is_a_formula",),
    ),
    Guard(
        "a subject is one line",
        ("1.3.11",),
        "mail.send_invitation",
        'subject=" ".join(subject.split()),',
        "subject=subject,",
        ("accounts/teams/test_invitations.py::test_names_can_not_add_headers_or_be_escaped",),
    ),
    Guard(
        "a record of the log is one",
        (_PERSON, "16.4.1"),
        "log_lines.harmless",
        'encode("unicode_escape").decode(), text).replace("\\n", "\\n    ")',
        'encode("unicode_escape").decode(), text)',
        (_RECORD,),
    ),
    Guard(
        "a record moves no cursor",
        (_PERSON, "16.4.1"),
        "log_lines.harmless",
        'return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text).replace(',
        "return text.replace(",
        (_RECORD,),
    ),
    Guard(
        "the studio logs that way",
        ("16.4.1",),
        "logs.configuration",
        '"line": {"()": "omnistudio.core.logs.Line", "format"',
        '"line": {"format"',
        ("security/test_numbers_and_logs.py::test_the_studio_logs_that_way",),
    ),
    Guard(
        "a key that was typed is not shown again",
        (_READER, "16.2.5"),
        "templates/accounts/account.html",
        'placeholder="sk-"\n',
        'placeholder="sk-" value="{{ form.key.value }}"\n',
        (_NO_KEY,),
    ),
    Guard(
        "the administration does not show sealed keys",
        (_READER, "16.2.5"),
        "admin.ApiKeyAdmin.readonly_fields",
        '    readonly_fields = ["owner", "last_four", "state", "checked_at"]',
        '    readonly_fields = ["owner", "last_four", "state", "checked_at", "sealed"]',
        (_NO_KEY,),
        also=(
            Change(
                "admin.ApiKeyAdmin.fields",
                '    fields = ["owner", "last_four", "state", "checked_at"]',
                '    fields = ["owner", "last_four", "state", "checked_at", "sealed"]',
            ),
        ),
    ),
    Guard(
        "no line of a log has a key",
        (_READER, "16.2.5"),
        "services.save_key",
        "    state = check_key(secret)\n    if state",
        "    state = check_key(secret)\n"
        "    __import__('logging').getLogger(__name__).info('%s: %s', secret, state)\n"
        "    if state",
        (_NO_KEY,),
    ),
    Guard(
        "the client logs neither keys nor prompts",
        (_READER, "16.2.5"),
        "client.OpenAPIClient._ask",
        'logger.debug("%s task: %s in %.0f ms", "create" if answer.creating else "get", outcome, spent)',
        'logger.debug("%s task: %s in %.0f ms", content, outcome, spent)',
        ("openapi_client/test_secrets.py::test_no_log_of_ours_has_a_key_or_a_prompt",),
    ),
    Guard(
        "an error page says nothing of the inside",
        ("16.5.1",),
        "omnistudio/urls.py",
        "urlpatterns = [\n",
        "def handler500(request):\n"
        "    import sys\n\n"
        "    from django.views.debug import technical_500_response\n\n"
        "    return technical_500_response(request, *sys.exc_info())\n\n\n"
        "urlpatterns = [\n",
        (f"{_INJECTION}::test_a_key_is_in_no_error_page",),
    ),
    Guard(
        "an error page needs nothing that may be broken",
        ("16.5.1",),
        "templates/500.html",
        "{% block title %}",
        '{% block title %}{% url "item" request.user.pk %}',
        ("core/test_error_pages.py::test_the_other_pages_need_nothing_that_may_be_broken",),
    ),
    Guard(
        "a text in a form is one that a database takes (Django's)",
        (_ANY, "1.2.4", "2.2.1"),
        "views.set_name",
        '        request.user.name = form.cleaned_data["name"]\n',
        '        __import__("django.db").db.connection.cursor().execute(\n'
        '            "UPDATE accounts_user SET name = \'%s\'" % request.POST.get("name")\n'
        "        )\n",
        (f"{_FORM}[set_name]",),
    ),
    Guard(
        "a number in a form or an address is one that a database takes",
        (_ANY, "2.2.1"),
        "params.parse_id",
        "return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None",
        "return int(digits) if digits else None",
        (f"{_FORM}[delete_works]", f"{_ADDRESS}[compare]"),
    ),
]
