"""Related prompts: what a prompt was remixed from and what was remixed from it, as a tree with the differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from omnistudio.accounts.models import User
from omnistudio.gallery.history.latest import newest
from omnistudio.gallery.history.queries import STRIP, scopes_of, visible_prompts
from omnistudio.gallery.models import Prompt, PromptDescent, PromptUse, Task
from omnistudio.gallery.text_diff import Budget, Piece, told

MAX, DEEPEST = 60, 8


@dataclass
class Member:
    """A prompt in the tree. `pieces` say what differs from its parent; `use` is where the person sees most of it."""

    prompt: Prompt
    use: PromptUse
    is_here: bool
    pieces: list[Piece] = field(default_factory=list)
    items: list[Task] = field(default_factory=list)
    children: list[Member] = field(default_factory=list)


def lineage_of(user: User, prompt_id: int) -> Member | None:
    """The tree that holds the prompt, from its oldest ancestor on; None where it has no relatives.

    Shows only prompts that the person may see; what lies beyond one that is hidden is not followed. At most
    `MAX` prompts, `DEEPEST` generations.
    """
    scopes = scopes_of(user)
    for root in (_eldest(user, scopes, prompt_id), prompt_id):  # of very many relatives, its own part
        children = _descendants(user, scopes, root)
        ids = [root, *(child for of_one in children.values() for child in of_one)]
        if prompt_id in ids:
            break
    if len(ids) == 1:
        return None
    members, budget = _members(user, scopes, ids, prompt_id), Budget()
    for parent, of_one in children.items():
        for child in of_one:
            if parent in members and child in members:
                members[parent].children.append(members[child])
                members[child].pieces = told(members[parent].prompt.text, members[child].prompt.text, budget)
    return members.get(root)


def _edges(user: User, scopes: list[str], side: str, ids: Iterable[int]) -> list[tuple[int, int]]:
    """Parent and child of what leads from (`parent`) or to (`child`) the prompts; both ends visible."""
    edges = PromptDescent.objects.filter(scope__in=scopes, **{f"{side}_id__in": list(ids)})
    pairs = list(edges.order_by("-uses", "pk").values_list("parent_id", "child_id")[: 4 * MAX])
    ends = {one for pair in pairs for one in pair}
    seen = set(visible_prompts(user).filter(pk__in=ends).values_list("pk", flat=True))
    return [pair for pair in dict.fromkeys(pairs) if seen.issuperset(pair)]


def _eldest(user: User, scopes: list[str], prompt_id: int) -> int:
    """Up from parent to parent, each the one that it was most often made from."""
    here, passed = prompt_id, {prompt_id}
    for _generation in range(DEEPEST):
        above = next((parent for parent, _child in _edges(user, scopes, "child", [here])), None)
        if above is None or above in passed:
            break
        passed.add(here := above)
    return here


def _descendants(user: User, scopes: list[str], root: int) -> dict[int, list[int]]:
    """Down, a generation at a time; each prompt once, under the first parent that names it."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    known, generation = {root}, [root]
    for _depth in range(DEEPEST + 1):
        following = []
        for parent, child in _edges(user, scopes, "parent", generation):
            if child not in known and len(known) < MAX:
                known.add(child)
                children[parent].append(child)
                following.append(child)
        if not (generation := following):
            break
    return children


def _members(user: User, scopes: list[str], ids: list[int], here: int) -> dict[int, Member]:
    uses = PromptUse.objects.filter(scope__in=scopes, model_id="", prompt_id__in=ids)
    # The last one stays: of several scopes, the one with most uses.
    most = {use.prompt_id: use for use in uses.select_related("prompt").order_by("uses", "-pk")}
    items = newest(Task.objects.visible_to(user).filter(status=Task.Status.SUCCEEDED), most, STRIP)
    return {pk: Member(use.prompt, use, pk == here, items=items.get(pk, [])) for pk, use in most.items()}
