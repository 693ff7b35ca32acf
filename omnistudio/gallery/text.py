"""What a task says of itself, in the person's language: what happened, what of the credits, what now."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omnistudio.gallery.models import Task

Reason, Trouble = Task.Reason, Task.Trouble
# As it was written into rows before, and as it is said now.
_EARLIER = {
    "Whoever sent it ended before there was an answer": "The process that sent it ended before there was a response"
}


def why_unconfirmed(task: Task) -> str:
    """Why nobody knows whether a task was accepted: in the person’s language, or in the service’s own words."""
    words = task.reason_words
    return _(_EARLIER.get(words, words)) if words else ""


def what_happened(task: Task) -> str:
    """One sentence for a task that failed or is unconfirmed; the service's words are marked as its own."""
    words = task.reason_words
    match task.reason:
        case Reason.SERVICE_FAILED | Reason.REFUSED if words:
            return _("The service said: “%(words)s”") % {"words": words}
        case Reason.SERVICE_FAILED:
            return _("The service could not generate this and gave no reason that can be read.")
        case Reason.REFUSED:
            return _("The service refused the task and gave no reason that can be read.")
        case Reason.UNKNOWN_ID:
            return _("The service can’t find the task ID %(words)s. You may still have been charged.") % {
                "words": words
            }
        case Reason.NO_END:
            return _("The service did not finish in time.")
        case Reason.RESULT_LOST:
            return _("It was generated, but the file could not be downloaded: %(why)s") % {"why": words}
        case Reason.RESULT_BAD:
            return _("The service returned a file that can’t be shown: %(why)s") % {"why": words}
        case Reason.NOT_SHOWN:
            return words
        case Reason.DISMISSED:
            return _("You dismissed this task before we could confirm that the service accepted it.")
    return _("We could not confirm that the service accepted this. It may have been charged.")


def about_credits(task: Task) -> str:
    """What became of the credits of a task that has no picture; empty where there is nothing to say."""
    if task.reason == Reason.REFUSED:
        return _("Nothing was charged")
    if task.refunded:
        return ngettext("%(n)d credit refunded", "%(n)d credits refunded", task.refunded) % {"n": task.refunded}
    if task.status == Task.Status.FAILED and task.credits:
        if task.reason in (Reason.RESULT_LOST, Reason.RESULT_BAD):
            return ngettext("%(n)d credit charged", "%(n)d credits charged", task.credits) % {"n": task.credits}
        may_be = ngettext("%(n)d credit may have been charged", "%(n)d credits may have been charged", task.credits)
        return may_be % {"n": task.credits}
    return ""


def trouble(task: Task) -> str:
    """What keeps an unfinished task from moving on; empty where it goes well.

    That the service or the key is the matter is said once for the page, not on each card.
    """
    match task.trouble:
        case Trouble.BUSY:
            return _("The service is busy. Retrying automatically.")
        case Trouble.STRANGE:
            return _("The service’s response can’t be read: %(words)s. Checking again automatically.") % {
                "words": task.trouble_words
            }
        case Trouble.FETCH:
            return _("The file can’t be downloaded yet: %(words)s") % {"words": task.trouble_words}
        case Trouble.KEY:
            return _("Waiting for a valid key.")
    return ""
