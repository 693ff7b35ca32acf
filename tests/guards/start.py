"""What holds from the first start on: who on the machine may read the files."""

from tests.guards.guard import Change, Guard

_TESTS = "core/storage/test_file_modes.py"
_ACCOUNT = "who: somebody with another account on the machine"

_OWNER = "accounts/test_create_owner.py"
_VISITOR = "who: somebody on the internet"

START = [
    Guard(
        "nobody comes before the administrator who has no password yet",
        (_VISITOR,),
        "queries.has_no_accounts",
        "filter(can_sign_in | Q(is_founder=True))",
        "filter(can_sign_in)",
        (f"{_OWNER}::test_the_link_sets_the_password_once_and_closes_sign_up",),
    ),
    Guard(
        "a studio without an account says that others can reach it",
        (_VISITOR,),
        "start_warnings.lines",
        "        yield FIRST_VISITOR\n",
        "        pass\n",
        (f"{_OWNER}::test_a_studio_that_others_reach_warns_of_the_first_visitor_and_of_slow_ones",),
    ),
    Guard(
        "what is made is its owner's alone",
        (_ACCOUNT,),
        "omnistudio/settings.py",
        "os.umask(file_modes.umask_for(group_reads=bool(MEDIA_X_ACCEL)))  #",
        "#",
        (
            f"{_TESTS}::test_nothing_that_make_run_makes_can_be_read_by_others",
            f"{_TESTS}::test_another_server_of_the_application_has_the_same_umask",
        ),
        also=(Change("manage.py", "os.umask(0o077)  #", "#"),),
    ),
    Guard(
        "what exists and is too open is closed",
        (_ACCOUNT,),
        "apps.OmniStudioConfig.ready",
        "        for line in kept_files().tighten():\n            logger.warning(line)\n",
        "",
        (
            f"{_TESTS}::test_too_open_permissions_are_fixed_and_reported",
            f"{_TESTS}::test_a_database_outside_of_the_folder_is_closed_and_its_folder_left_alone",
        ),
    ),
    Guard(
        "nginx's group does not read the database",
        (_ACCOUNT,),
        "file_modes.Kept._begin_database",
        "            os.close(os.open(self.database, os.O_WRONLY | os.O_CREAT, FILE))\n",
        "            pass\n",
        (f"{_TESTS}::test_with_nginx_its_group_reads_the_media_and_neither_the_database_nor_the_secrets",),
    ),
    Guard(
        "private files are new files",
        (_ACCOUNT,),
        "file_modes.open_private",
        "    path.unlink(missing_ok=True)\n"
        "    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE)\n",
        "    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE)\n",
        (
            f"{_TESTS}::test_a_private_file_is_never_written_into_an_existing_file",
            f"{_TESTS}::test_backups_are_readable_by_their_owner_only",
        ),
    ),
]
