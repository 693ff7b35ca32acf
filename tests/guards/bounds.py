"""Limits that are checked first, counters that persist, and what a request or an address reveals."""

from tests.guards.guard import Change, Guard

_BEFORE = "security/test_bounds_before_work.py"
_VALUES = "security/test_hostile_values.py"
_COUNTERS = "security/test_counters_stay.py"
_HOSTS = "security/test_rights_and_hosts.py"
_ADDRESSES = "security/test_prompt_addresses.py"
_INTERNET = "who: somebody on the internet"
_STAFF = ("who: somebody on staff", "8.2.3")

BOUNDS = [
    Guard(
        "marks are sorted before Python composes them",
        (_INTERNET, "15.2.2"),
        "text.normalise",
        "    if len(text) <= _SHORT or text.isascii():\n",
        "    if True:\n",
        (f"{_BEFORE}::test_to_compose_a_text_takes_no_more_than_its_length[one after the other-NFC]",),
    ),
    Guard(
        "a text that is far too long is not composed",
        (_INTERNET, "15.2.2"),
        "forms.TextField.to_python",
        "return text if self.max_length and is_oversized(text, self.max_length) else Prompt.normalised(text)",
        "return Prompt.normalised(text)",
        (f"{_BEFORE}::test_a_post_of_combining_marks_is_refused_quickly",),
        also=(Change("text.normalise", "    if len(text) <= _SHORT or text.isascii():\n", "    if True:\n"),),
    ),
    Guard(
        "a preset's values are counted before they are joined",
        (_INTERNET, "15.2.2"),
        "variables.fill",
        "    if most is not None and (count := sum(map(len, parts))) > most:\n        raise TooLong(count)\n",
        "",
        (f"{_BEFORE}::test_a_short_text_may_mention_a_long_value_often",),
    ),
    Guard(
        "no more references are looked at than a task takes",
        (_INTERNET, "15.2.2"),
        "values.gathered_references",
        "    for file in files[:room]:\n",
        "    for file in files:\n",
        (f"{_BEFORE}::test_at_most_eight_of_a_hundred_files_are_read",),
    ),
    Guard(
        "differences have a budget",
        (_INTERNET, "15.2.2"),
        "text_diff._Bounded.find_longest_match",
        "        if self._budget.take(steps):\n",
        "        if True:\n",
        (f"{_BEFORE}::test_repetitive_texts_are_compared_quickly[2]",),
    ),
    Guard(
        "the places of a collection end at its end",
        ("2.2.1",),
        "services.put_back",
        "items = [item for item in collection.items.filter(task_id__in=done.ids) if places[item.task_id] <= last]",
        "items = list(collection.items.filter(task_id__in=done.ids))",
        (f"{_BEFORE}::test_an_invented_position_does_not_break_a_collection[100000000000000000]",),
    ),
    Guard(
        "ids of addresses fit into every column",
        ("2.2.1",),
        "converters.Id.regex",
        '    regex = "[0-9]{1,18}"\n',
        '    regex = "[0-9]+"\n',
        (f"{_VALUES}::test_no_part_of_an_address_is_an_error[preset_example]",),
    ),
    Guard(
        "cookies with other characters than ours are left out",
        ("2.2.1",),
        "settings.MIDDLEWARE",
        '    "omnistudio.core.middleware.readable_cookies",\n',
        "",
        (f"{_VALUES}::test_no_cookie_is_an_error[SESSION_COOKIE_NAME]",),
    ),
    Guard(
        "counters stay until their time is over",
        (_INTERNET, "6.3.1", "2.4.1"),
        "omnistudio/settings.py",
        '    CACHES["default"]["BACKEND"] = "omnistudio.core.database_cache.DatabaseCache"\n',
        "    pass\n",
        (
            f"{_COUNTERS}::test_guesses_of_many_accounts_do_not_make_the_count_of_one_forgotten",
            f"{_COUNTERS}::test_the_counts_of_links_and_keys_stay_too",
        ),
    ),
    Guard(
        "the host of a request is no part of a count",
        (_INTERNET, "6.3.1"),
        "adapter.AccountAdapter._get_login_attempts_cache_key",
        "return f\"{str(credentials.get('email', '')).strip().lower()}:{client_ip.of(request)}\"",
        'return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{client_ip.of(request)}"',
        (f"{_COUNTERS}::test_a_guesser_gets_no_new_count_by_another_port",),
    ),
    Guard(
        "a link has a hundred tries an hour in all",
        ("who: whoever has a share link",),
        "passwords.Tries.take",
        '        self.are_all_used = not self._take(f"{self._name}:all", TRIES_OF_ALL, TRIES_OF_ALL_SECONDS)\n',
        "",
        (f"{_COUNTERS}::test_a_link_is_tried_a_hundred_times_an_hour_from_wherever",),
    ),
    Guard(
        "a link's password has eight characters",
        ("who: whoever has a share link",),
        "forms.ShareLinkForm.password",
        "        min_length=SHORTEST,\n",
        "",
        ("gallery/share_links/test_share_links.py::test_a_password_of_seven_letters_is_too_short",),
    ),
    Guard(
        "groups and permissions are not administered",
        _STAFF,
        "admin.UserAdmin.exclude",
        '    exclude = ["password", "groups", "user_permissions"]\n',
        '    exclude = ["password"]\n',
        (f"{_HOSTS}::test_groups_and_permissions_are_not_administered",),
        also=(Change("omnistudio/accounts/admin.py", "admin.site.unregister([Group, EmailAddress])\n", ""),),
    ),
    Guard(
        "who has rights is changed by administrators alone",
        _STAFF,
        "admin._may_touch",
        'has_rights = getattr(person, "is_superuser", False) or getattr(person, "is_staff", False)',
        'has_rights = getattr(person, "is_superuser", False)',
        (f"{_HOSTS}::test_nobody_on_staff_sends_the_new_password_of_others_with_rights_elsewhere",),
    ),
    Guard(
        "no header says where the studio is mounted",
        (_INTERNET, "4.1.3"),
        "web.Server.load_config",
        '            "forwarder_headers": "",\n',
        "",
        (f"{_HOSTS}::test_no_header_says_that_a_path_is_below_another",),
    ),
    Guard(
        "the bound of a body is that of its view",
        (_INTERNET, "15.2.2"),
        "middleware.bounded_bodies",
        'if length > most and not request.path_info.startswith("/api/"):',
        'if length > most and not request.path.startswith("/api/"):',
        (f"{_HOSTS}::test_the_bound_of_a_body_is_that_of_the_view_wherever_the_studio_is_mounted",),
    ),
    Guard(
        "links of messages lead to the public address",
        (_INTERNET,),
        "adapter._public",
        "    is_ours = isinstance(value, str) and value.startswith(here)\n",
        "    is_ours = False\n",
        (f"{_HOSTS}::test_the_links_of_messages_lead_to_the_public_address",),
    ),
    Guard(
        "the cookie of messages is of this host alone",
        ("3.3.1", "3.3.3"),
        "settings.MESSAGES_COOKIE_NAME",
        'MESSAGES_COOKIE_NAME = f"{_prefix}omnistudio_messages{_suffix}"',
        'MESSAGES_COOKIE_NAME = "messages"',
        (f"{_HOSTS}::test_the_cookie_of_messages_is_of_this_host_alone",),
    ),
    Guard(
        "special-purpose addresses are not public",
        ("who: a person, or the service, with an address", "1.3.6"),
        "addresses.is_public",
        " and not any(ip in network for network in _SPECIAL)",
        "",
        (f"{_HOSTS}::test_special_addresses_are_not_public[168.63.129.16]",),
    ),
    Guard(
        "a prompt's address is made of its text",
        ("who: a stranger with an account",),
        "prompt.Prompt.address",
        "        return address_of(self.digest)\n",
        '        return address_of(f"{self.pk:032d}")\n',
        (f"{_ADDRESSES}::test_the_url_of_a_prompt_is_independent_of_others",),
    ),
]
