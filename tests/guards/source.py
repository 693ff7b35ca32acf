"""What the code and the settings must not do, whoever asks: each entry does it."""

from tests.guards.guard import Guard

_SOURCE = "security/test_source.py"
_EVALUATES = f"{_SOURCE}::test_nothing_evaluates_words"
_COMMAND = f"{_SOURCE}::test_no_command_is_run_while_a_request_is_answered"
_CERTIFICATES = f"{_SOURCE}::test_certificates_are_checked"
_HELP = '    return render(request, "pages/help.html", _of(request))'
_IMPORTS = "import hashlib\nimport json\n"
_DOCUMENTED = "security/test_deployment.py::test_the_documented_settings_pass_every_check_of_a_deployment"

SOURCE = [
    Guard(
        "nothing evaluates words",
        ("1.3.2", "1.3.7"),
        "request_body._fields",
        "fields = json.loads(body)",
        "fields = eval(body)",
        (_EVALUATES,),
    ),
    Guard(
        "no template is made of words",
        ("1.3.7",),
        "views.help_page",
        _HELP,
        "    from django.template import engines\n\n"
        '    return HttpResponse(engines["django"].from_string(request.GET["of"]).render())',
        (_EVALUATES,),
    ),
    Guard(
        "no template is made of words, by another name",
        ("1.3.7",),
        "views.help_page",
        _HELP,
        "    from django import template\n\n"
        '    return HttpResponse(template.Template(request.GET["of"]).render(template.Context()))',
        (_EVALUATES,),
    ),
    Guard(
        "nothing is unpacked into objects",
        ("1.5.2",),
        "omnistudio/core/views.py",
        _IMPORTS,
        f"{_IMPORTS}import pickle\n",
        (_EVALUATES,),
    ),
    Guard(
        "no command is run",
        ("1.2.5",),
        "omnistudio/core/views.py",
        _IMPORTS,
        f"{_IMPORTS}import subprocess\n",
        (_COMMAND,),
    ),
    Guard(
        "no command is run by a shell",
        ("1.2.5",),
        "views.help_page",
        _HELP,
        f'    import os\n\n    os.system(request.GET["of"])\n{_HELP}',
        (_COMMAND,),
    ),
    Guard(
        "no command is run by a loop",
        ("1.2.5",),
        "views.help_page",
        _HELP,
        f'    import asyncio\n\n    asyncio.run(asyncio.create_subprocess_shell(request.GET["of"]))\n{_HELP}',
        (_COMMAND,),
    ),
    Guard(
        "certificates of strangers are checked",
        ("12.3.2",),
        "safe_fetch._tls",
        "return httpx.create_ssl_context()",
        "return httpx.create_ssl_context(verify=bool(0))",
        (_CERTIFICATES,),
    ),
    Guard(
        "the service's certificate is checked",
        ("12.3.2",),
        "connections._tls",
        "return httpx.create_ssl_context()",
        "return httpx.create_ssl_context(verify=bool(0))",
        (_CERTIFICATES,),
    ),
    Guard(
        "no other origin reads an answer",
        ("3.4.2",),
        "settings.WHITENOISE_ALLOW_ALL_ORIGINS",
        "WHITENOISE_ALLOW_ALL_ORIGINS = False",
        "WHITENOISE_ALLOW_ALL_ORIGINS = True",
        (f"{_SOURCE}::test_no_answer_lets_another_origin_read_it",),
    ),
    Guard(
        "no file beside the static ones is served",
        ("13.4.3",),
        "settings.STATIC_URL",
        'STATIC_URL = "/static/"\n',
        'STATIC_URL = "/static/"\nWHITENOISE_ROOT = BASE_DIR\n',
        (f"{_SOURCE}::test_no_folder_is_listed_and_no_file_beside_is_served",),
    ),
    Guard(
        "no folder is listed",
        ("13.4.3",),
        "omnistudio/urls.py",
        "urlpatterns = [\n",
        "from django.views.static import serve\n\n"
        "urlpatterns = [\n"
        '    path("media/", serve, {"path": "", "document_root": "/", "show_indexes": True}),\n',
        (f"{_SOURCE}::test_no_folder_is_listed_and_no_file_beside_is_served[/media/]",),
    ),
    Guard(
        "methods that nobody needs are not answered",
        ("13.4.4",),
        "polling.poll",
        "@login_not_required\n@require_GET\n",
        "@login_not_required\n",
        (f"{_SOURCE}::test_trace_is_not_answered[TRACE-/poll/]",),
    ),
    Guard(
        "every package is pinned",
        ("15.1.2",),
        "requirements.txt",
        "\nhttpx==",
        "\nhttpx>=",
        (f"{_SOURCE}::test_every_package_is_pinned_with_its_sum",),
    ),
    Guard(
        "no debug pages unless somebody asks for them",
        ("13.4.2", "Production settings"),
        "settings.DEBUG",
        'DEBUG = env.bool("DEBUG", default=False)',
        'DEBUG = env.bool("DEBUG", default=True)',
        (_DOCUMENTED,),
    ),
    Guard(
        "debug pages in earnest are noticed",
        ("13.4.2",),
        "settings.SILENCED_SYSTEM_CHECKS",
        "SILENCED_SYSTEM_CHECKS = [\n",
        'SILENCED_SYSTEM_CHECKS = [\n    "security.W018",\n',
        ("security/test_deployment.py::test_debug_in_earnest_is_noticed",),
    ),
    Guard(
        "https is said of every host below, too",
        ("Production settings",),
        "omnistudio/settings.py",
        "    SECURE_HSTS_INCLUDE_SUBDOMAINS = True\n",
        "",
        (_DOCUMENTED,),
    ),
]
