"""Every URL of the studio, and what each role may do there.

One line for each way to use a URL: its name, the method, what the address and the form name, and what the owner,
a member of their team, a viewer, a stranger and somebody who is not signed in get:

    o   an answer (2xx, or a redirect that does not lead to the sign-in)
    x   an answer, and nothing has changed
    i   422: the form is wrong, and nothing has changed
    n   404, and nothing has changed
    l   on to the sign-in, and nothing has changed
    u   401: the API asks for a key, and cares for no session

A URL that is not here fails `test_every_url_is_classified`: add a line that says who may do what there.
"""

from __future__ import annotations

from tests.security.route import COMPOSED, INVITED, NEW_PASSWORD, Route, a_file, get, post

TEAM, SEAT = {"team_id": "{team}"}, {"team_id": "{team}", "seat_id": "{seat}"}


def of_collections() -> list[Route]:
    """The same for a team's collection and for one's own."""
    routes = []
    for collection, first, second, new, seen, kept in (
        ("{team_collection}", "{shared}", "{mates}", "{extra}", "ooonl", "oonnl"),
        ("{own_collection}", "{private}", "{extra}", "{shared}", "onnnl", "onnnl"),
    ):
        of = {"collection_id": collection}
        routes += [
            get("collection", seen, **of),
            get("download_collection", seen, **of),
            get("collection_links", kept, **of),
            post("collection_links", kept, {"expires": "never"}, **of),
            post("rename_collection", kept, {"name": "Another"}, **of),
            post("order_collection", kept, {"order": "hand"}, **of),
            post("delete_collection", kept, **of),
            post("set_cover", kept, {"ids": first}, **of),
            post("remove_from_collection", kept, {"ids": first}, **of),
            post("undo_adding", kept, {"ids": first}, **of),
            post("put_back_into_collection", kept, {"places": f"{new}.1"}, **of),
            post("move_earlier", kept, {"ids": second}, **of),
            post("move_later", kept, {"ids": first}, **of),
            post("arrange_collection", kept, {"ids": f"{second},{first}"}, **of),
            post("add_to_collection", kept, {"collection": collection, "ids": new}),
        ]
    return routes


def of_items() -> list[Route]:
    """The same routes for an item that is shared with the team, for a private one, and for one in the trash."""
    routes = []
    for item, seen in (("{shared}", "ooonl"), ("{private}", "onnnl"), ("{trashed}", "onnnl")):
        of, seen_outside_trash = {"task_id": item}, seen if item != "{trashed}" else "nnnnl"
        routes += [
            get("item", seen, **of),
            get("item_panel", seen, **of),
            get("item_reference", seen, position=1, **of),
            get("item_reference_thumbnail", seen, position=1, **of),
            get("media", seen_outside_trash, which="file", **of),
            get("output", seen_outside_trash, position=2, which="file", **of),
            get("output", "nnnnl", position=3, which="file", **of),
            get("media", seen, which="thumbnail", **of),
            get("compare", seen_outside_trash, f"?ids={item}"),
            post("download", seen_outside_trash.replace("o", "x"), {"ids": item}),
            post("favourite_item", seen_outside_trash, {"liked": "1"}, **of),
            post("delete_item", "onnnl" if item != "{trashed}" else "xnnnl", **of),
            post("restore_item", "onnnl" if item == "{trashed}" else "xnnnl", **of),
            get("task_links", "onnnl" if item != "{trashed}" else "nnnnl", **of),
            post("task_links", "onnnl" if item != "{trashed}" else "nnnnl", {"expires": "never"}, **of),
        ]
    return routes


def of_tasks() -> list[Route]:
    """What only the owner of a task does with it, also where the team sees it."""
    return [
        post("cancel_task", "onnnl", task_id="{waiting}"),
        *(post("retry_task", "onnnl", task_id=task) for task in ("{failed}", "{failed_here}")),
        *(post("send_task_again", "onnnl", task_id=task) for task in ("{unsure}", "{unsure_here}")),
        *(post("adopt_task", "onnnl", {"remote_id": "a1"}, task_id=task) for task in ("{unsure}", "{unsure_here}")),
        *(post("dismiss_task", "onnnl", task_id=task) for task in ("{unsure}", "{unsure_here}")),
        post("fetch_task_again", "onnnl", task_id="{lost}"),
    ]


ACCOUNTS = [
    get("account_login", "ooooo"),
    get("account_logout", "ooool"),
    get("account_inactive", "ooooo"),
    get("account_signup", "ooooo"),
    post("account_signup", "xxxxx", {"email": "new@example.com", "password1": "four quiet lakes"}),
    get("account_reauthenticate", "ooool"),
    get("account_email", "ooool"),
    post("account_email", "xxxxl", {"action_add": "", "email": "boss@example.com"}),
    get("account_email_verification_sent", "ooooo"),
    get("account_change_password", "ooool"),
    post("account_change_password", "xxxxl", NEW_PASSWORD),
    get("account_set_password", "ooool"),
    post("account_set_password", "xxxxl", NEW_PASSWORD),
    get("account_reset_password", "ooooo"),
    get("account_reset_password_done", "ooooo"),
    get("account_reset_password_from_key", "ooooo", uidb36="1", key="forged-key"),
    get("account_reset_password_from_key_done", "ooooo"),
    get("account_confirm_login_code", "ooool"),
    get("account_confirm_email", "ooool", key="forged"),
    post("account_confirm_email", "xxxxl", key="forged"),
    get("usersessions_list", "ooool"),
    get("account", "ooool"),
    post("save_key", "iiiil", {"key": "no key"}),
    post("check_key", "oxxxl"),
    post("remove_key", "oxxxl"),
    post("set_language", "oooox", {"language": "th", "next": "/open-api/"}),
    post("set_theme", "ooool", {"theme": "dark"}),
    post("set_name", "ooool", {"name": "Somebody"}),
    get("teams", "ooool"),
    post("create_team", "ooool", {"name": "Another"}),
    get("team", "ooonl", **TEAM),
    post("rename_team", "onnnl", {"name": "Another"}, **TEAM),
    post("leave_team", "xoonl", **TEAM),
    post("change_role", "onnnl", {"role": "owner"}, **SEAT),
    post("remove_member", "onnnl", **SEAT),
    post("hand_over", "onnnl", **SEAT),
    post("invite", "onnnl", {"role": "member", "days": "7"}, **TEAM),
    post("revoke_invitation", "onnnl", **INVITED),
    post("send_invitation_again", "onnnl", **INVITED),
    get("join", "ooooo", token="{invitation_token}"),
    post("join", "xxxox", token="{invitation_token}"),
    get("join", "nnnnn", token="forged"),
]

GALLERY = [
    *(get(name, "ooool") for name in ("gallery", "favourites", "trash", "collections", "collection_choices")),
    get("team_gallery", "ooonl", team_id="{team}"),
    get("wall_page", "ooool", "?scope=mine"),
    get("wall_page", "ooonl", "?scope=team:{team}"),
    get("wall_page", "ooonl", "?scope=collection:{team_collection}"),
    get("wall_page", "onnnl", "?scope=collection:{own_collection}"),
    get("wall_new", "ooool", "?scope=mine&ids=1"),
    get("wall_new", "ooonl", "?scope=team:{team}&ids=1&show=1"),
    get("wall_new", "onnnl", "?scope=collection:{own_collection}&ids=1"),
    get("wall_count", "ooool", "?scope=mine"),
    get("wall_count", "ooonl", "?scope=team:{team}&q=a"),
    get("wall_count", "onnnl", "?scope=collection:{own_collection}"),
    post("create_collection", "ooool", {"name": "Another"}),
    post("create_collection", "ooiil", {"name": "Another", "team": "{team}"}),
    *of_collections(),
    *of_items(),
    get("media", "ooonl", task_id="{mates}", which="file"),
    post("compare_works", "xxxxl", {"ids": "{private}"}),
    post("share_works", "oxnnl", {"ids": "{private}", "team": "{team}"}),
    post("take_works_back", "oxxxl", {"ids": "{shared}"}),
    post("take_works_back", "xoxxl", {"ids": "{mates}"}),  # an owner must confirm first
    post("take_works_back", "ooxxl", {"ids": "{mates}", "sure": "1"}),
    post("restore_sharing", "xxxxl", {"note": "forged"}),
    post("restore_sharing", "oxxxl", {"note": "{note}"}),
    post("hang_as_before", "oxxxl", {"ids": "{shared}"}),
    post("hang_as_before", "xoxxl", {"ids": "{mates}"}),
    post("like_works", "oooxl", {"ids": "{shared}"}),
    post("unlike_works", "xxxxl", {"ids": "{shared}"}),
    post("like_works", "oxxxl", {"ids": "{private}"}),
    post("delete_works", "oxxxl", {"ids": "{shared}"}),
    post("restore_works", "oxxxl", {"ids": "{trashed}"}),
    post("restore_from_trash", "oxxxl", {"ids": "{trashed}"}),
    post("purge_from_trash", "oxxxl", {"ids": "{purged}", "sure": "1"}),
    post("purge_from_trash", "xnnnl", {"ids": "{trashed}"}),
    post("share_item", "onnnl", {"team": "{team}"}, task_id="{private}"),
    post("take_item_back", "onnnl", task_id="{shared}"),
    post("take_item_back", "oonnl", task_id="{mates}"),
    post("add_comment", "oonnl", {"text": "fine"}, task_id="{shared}"),
    post("add_comment", "nnnnl", {"text": "fine"}, task_id="{private}"),
    post("delete_comment", "oonnl", task_id="{shared}", comment_id="{comment}"),
    get("team_links", "onnnl", team_id="{team}"),
    post("dismiss_stopped_links", "oxxxl"),
    post("revoke_link", "onnnl", link_id="{link}"),
    post("revoke_link", "oonnl", link_id="{mates_link}"),
    post("revoke_link", "oonnl", link_id="{collection_link}"),
    get("reference_file", "onnnl", reference_id="{reference}", which="file"),
    get("reference_file", "onnnl", reference_id="{reference}", which="thumbnail"),
    get("linked_reference", "ooooo", token="{reference_token}", name="a.png"),
    get("linked_reference", "nnnnn", token="forged", name="a.png"),
]

SHARED = [
    get("shared", "ooooo", token="{link_token}"),
    get("shared", "ooooo", token="{collection_token}"),
    get("shared", "nnnnn", token="guessed"),
    get("shared_work", "ooooo", token="{collection_token}", task_id="{shared}"),
    get("shared_work", "nnnnn", token="{collection_token}", task_id="{private}"),
    get("shared_work", "nnnnn", token="{link_token}", task_id="{shared}"),
    get("shared_work", "nnnnn", token="{locked_token}", task_id="{private}"),
    get("shared_media", "ooooo", token="{link_token}", task_id="{private}", which="file"),
    get("shared_media", "nnnnn", token="{link_token}", task_id="{shared}", which="file"),
    get("shared_output", "ooooo", token="{link_token}", task_id="{private}", position=2, which="file"),
    get("shared_output", "nnnnn", token="{link_token}", task_id="{shared}", position=2, which="file"),
    get("shared_output", "nnnnn", token="{locked_token}", task_id="{private}", position=2, which="file"),
    get("shared_media", "nnnnn", token="{locked_token}", task_id="{private}", which="file"),
    post("shared_seen", "xxxxx", token="{link_token}"),
    post("shared_seen", "nnnnn", token="{locked_token}"),
    post("shared_seen", "nnnnn", token="guessed"),
    get("unlock_shared", "xxxxx", token="{locked_token}"),
    post("unlock_shared", "iiiii", {"password": "guess"}, token="{locked_token}"),
    post("unlock_shared", "nnnnn", {"password": "guess"}, token="guessed"),
    get("download_shared", "ooooo", token="{collection_token}"),
    get("download_shared", "nnnnn", token="{locked_token}"),
]

STUDIO = [
    *(get(name, "ooool") for name in ("studio", "earlier", "summary", "poll", "tray")),
    get("tray_poll", "ooooo"),  # without a session it is told to end
    post("submit", "oiiil", COMPOSED),  # the others have no key
    post("submit", "oiiil", {**COMPOSED, "team": "{team}"}),
    post("add_reference", "ooool", a_file),
    get("reference", "onnnl", reference_id="{reference}"),
    post("share_task", "onnnl", {"team": "{team}"}, task_id="{private}"),
    post("take_task_back", "onnnl", task_id="{shared}"),
    *of_tasks(),
]

HISTORY = [
    get("history", "ooool"),
    get("team_history", "ooonl", team_id="{team}"),
    get("prompt_rows", "ooool", "?scope=mine"),
    get("prompt_rows", "ooonl", "?scope=team:{team}"),
    get("export_history", "ooool", "?scope=mine", kind="csv"),
    get("export_history", "ooonl", "?scope=team:{team}", kind="json"),
    *(
        route
        for prompt, seen in (("{shared_prompt}", "ooonl"), ("{private_prompt}", "onnnl"))
        for route in (
            get("prompt", seen, address=prompt),
            get("prompt_remixes", seen, "?scope=mine", address=prompt),
            post("star_prompt", seen, {"starred": "1"}, address=prompt),
        )
    ),
    get("prompt_remixes", "ooonl", "?scope=team:{team}", address="{shared_prompt}"),
    get("delete_prompt", "oonnl", address="{shared_prompt}"),
    post("delete_prompt", "oonnl", address="{shared_prompt}"),
    post("delete_prompt", "xnnnl", address="{private_prompt}"),  # a task with it is under way
    get("recent_references", "ooool"),
    post("use_work", "xoonl", {"as": "reference"}, task_id="{shared}"),
    post("use_work", "xnnnl", {"as": "reference"}, task_id="{private}"),
    post("run_again", "oxxnl", task_id="{shared}"),  # the others have no key
    post("run_again", "onnnl", task_id="{private}"),
]

PRESETS = [
    *(get(name, "ooool") for name in ("presets", "presets_panel", "new_preset")),
    get("new_preset", "onnnl", "?work={private}"),
    post("new_preset", "ooool", {"name": "Vases", "text": "a {{colour}} vase"}),
    post("draft_preset", "xxxxl", {"prompt": "a vase"}),
    get("edit_preset", "oonnl", preset_id="{team_preset}"),
    post("edit_preset", "oonnl", {"name": "Vases", "text": "a {{size}} vase"}, preset_id="{team_preset}"),
    post("edit_preset", "onnnl", {"name": "Vases", "text": "a {{size}} vase"}, preset_id="{own_preset}"),
    get("preset_form", "ooonl", preset_id="{team_preset}"),
    get("preset_form", "onnnl", preset_id="{own_preset}"),
    get("fill_preset", "ooonl", preset_id="{team_preset}"),
    post("fill_preset", "xnnnl", {"colour": "red"}, preset_id="{own_preset}"),
    get("preset_example", "ooonl", preset_id="{team_preset}", task_id="{shared}"),
    get("preset_example", "nnnnl", preset_id="{team_preset}", task_id="{private}"),
    post("delete_preset", "oonnl", preset_id="{team_preset}"),
    post("delete_preset", "onnnl", preset_id="{own_preset}"),
    post("restore_preset", "onnnl", preset_id="{gone_preset}"),
]

PAGES = [
    *(get(name, "ooooo") for name in ("help", "help_panel", "languages", "languages_panel", "offline")),
    *(get(name, "ooooo") for name in ("manifest", "service_worker")),
]

OPERATIONS = [
    get("metrics", "nnnnn"),
    *(get(name, "nnnnl") for name in ("ops", "ops_credits", "credits_at_risk_csv")),
]

OPEN_API = [
    get("livez", "ooooo"),
    get("healthz", "ooooo"),
    get("openapi", "ooooo"),
    post("make_key", "ooool", {"name": "Another"}),
    get("rename_key", "onnnl", key_id="{key}"),
    post("rename_key", "onnnl", {"name": "Another"}, key_id="{key}"),
    get("revoke_key", "onnnl", key_id="{key}"),
    post("revoke_key", "onnnl", key_id="{key}"),
    post("add_credits", "nnnnl", {"credits": "1000"}),
    get("ledger_csv", "ooool"),
    post("api_create_task", "uuuuu"),
    get("api_check_key", "uuuuu"),
    get("api_task", "uuuuu", task_id="abcdef123456abcdef123456"),
    get("api_result", "nnnnn", token="guessed", name="a.png"),
    get("api_document", "ooooo"),
    get("api_unknown", "nnnnn"),
]

ROUTES = [*ACCOUNTS, *GALLERY, *SHARED, *STUDIO, *HISTORY, *PRESETS, *PAGES, *OPERATIONS, *OPEN_API]
