"""The built-in API, and the tracker against a service that errs."""

from tests.guards.guard import Change, Guard

_KEEPS = "security/test_fuzz_api.py::test_the_api_keeps_its_word"
_SPENDS = "contract/test_at_once.py::test_no_more_credits_are_spent_than_there_are"
_CLIENT = "who: an API client"
_SERVICE = "who: the service"
_ANY = "openapi_client/test_any_answer.py"
_BALANCE = """        if there < price:
            raise Refused(
                _("This needs %(price)d credits, but you have %(there)d.") % {"price": price, "there": there}
            )
"""

SERVICE = [
    Guard(
        "a key sees its owner's tasks",
        (_CLIENT,),
        "queries.job_of",
        "Job.objects.filter(owner_id=owner_id, task_id=task_id)",
        "Job.objects.filter(task_id=task_id)",
        ("openapi_server/test_query_task.py::test_a_task_of_others_is_reported_as_missing",),
    ),
    Guard("nobody spends more than there is", (_CLIENT, "2.3.4"), "jobs.create_job", _BALANCE, "", (_SPENDS,)),
    Guard(
        "whoever spends is alone at it",
        (_CLIENT, "2.3.4"),
        "jobs.create_job",
        "    with transaction.atomic():\n        credits.lock_owner(key.owner_id)\n",
        "    if True:\n",
        (_SPENDS,),
    ),
    Guard(
        "a charge and its job are one transaction",
        (_CLIENT, "2.3.3"),
        "jobs.create_job",
        "    with transaction.atomic():\n        credits.lock_owner(key.owner_id)\n",
        "    if True:\n",
        ("openapi_server/test_create_task.py::test_a_charge_that_can_not_be_written_leaves_no_job",),
    ),
    Guard(
        "who asks too often waits",
        ("2.4.1",),
        "decorators.with_key",
        "        if seconds := throttle.seconds_to_wait(key.pk):\n",
        "        if seconds := 0:\n",
        ("openapi_server/test_throttle.py::test_too_many_requests_are_429_with_retry_after",),
    ),
    Guard(
        "a body that is wrong is refused in the envelope",
        (_CLIENT, "4.1.1"),
        "request_body._prompt",
        "if not isinstance(value, str) or not (prompt := value.strip()):",
        "if not (prompt := str(value).strip()):",
        ("openapi_server/test_create_task.py::test_an_impossible_request_is_code_0_with_a_reason",),
    ),
    Guard(
        "a fault of ours is answered in the envelope, and not as success",
        (_CLIENT, "4.1.1"),
        "responses.envelope",
        '    body = {"code": code, "msg": msg, "data": data, **(data or {}), **beside}\n',
        '    body = {"code": code, "msg": msg, **(data or {}), **beside}\n',
        (_KEEPS,),
    ),
    Guard(
        "answers say their type",
        ("4.1.1",),
        "responses.envelope",
        'json_dumps_params={"ensure_ascii": False})\n',
        'json_dumps_params={"ensure_ascii": False}, content_type="text/html")\n',
        (_KEEPS,),
    ),
    Guard(
        "what is taken is written down",
        ("2.1.1",),
        "schema._task_request",
        '"maxLength": catalogue.MAX_PROMPT}',
        '"maxLength": 2 * catalogue.MAX_PROMPT}',
        ("openapi_server/test_document.py::test_what_it_says_of_requests_is_what_is_taken",),
    ),
    Guard(
        "what is answered is written down",
        ("2.1.1",),
        "schema._TASK",
        '    "created_at": {"type": "integer", "description": "Seconds since 1970-01-01 UTC."},\n',
        "",
        ("openapi_server/test_document.py::test_answers_about_tasks_fit_in_every_state",),
    ),
    Guard(
        "an answer without an end is none",
        (_SERVICE,),
        "answers.Answer.document",
        "            return json.loads(self._decoded)\n        except (ValueError, RecursionError):\n",
        "            return json.loads(self._decoded)\n        except ValueError:\n",
        (f"{_ANY}::test_bodies_that_break_parsers",),
    ),
    Guard(
        "an answer's words are bounded, and hold no key",
        (_SERVICE,),
        "answers.Answer.words",
        "        return redact(clean(said), self.key)[:limit]\n",
        "        return said\n",
        ("openapi_client/test_secrets.py::test_a_key_that_the_service_echoes_is_masked",),
    ),
    Guard(
        "a number that is none is none",
        (_SERVICE,),
        "values.integer",
        "value = int(value) if value.is_integer() else None  # False for infinity and NaN",
        "value = int(value)",
        (f"{_ANY}::test_bodies_that_break_parsers",),
    ),
    Guard(
        "a cancel before the send is obeyed",
        ("2.3.1",),
        "steps.Steps._send",
        "        if not await in_database(submit_transitions.sending)(task, self.holder):\n            return\n",
        "        await in_database(submit_transitions.sending)(task, self.holder)\n",
        ("tracker/test_decisions.py::test_a_cancel_before_the_send_is_respected",),
    ),
    Guard(
        "an unconfirmed task is sent again once",
        ("2.3.1",),
        "services._moved",
        "    rows = Task.objects.filter(pk=task_id, status__in=was, **conditions)\n",
        "    rows = Task.objects.filter(pk=task_id, **conditions)\n",
        ("tracker/test_decisions.py::test_send_again_pressed_in_two_tabs_sends_once",),
    ),
    Guard(
        "a task is sent where it waits, and in no other state",
        ("2.3.1",),
        "queries.workable",
        "Task.objects.unfinished().exclude(status=Task.Status.SENDING)",
        "Task.objects.exclude(status=Task.Status.SENDING)",
        ("tracker/test_sending.py::test_a_cancelled_task_is_not_sent",),
        also=(
            Change("steps.Steps.advance", "if task.status == Task.Status.WAITING:", "if not task.remote_id:"),
            Change(
                "submit_transitions.sending",
                "        was=[Status.WAITING],\n        held_by=holder,\n",
                "        was=list(Status),\n        held_by=holder,\n",
            ),
            Change("gallery.services._check", " and status not in TRANSITIONS[before]", " and False"),
        ),
    ),
    Guard(
        "an id of the service is kept, so that nothing is sent twice",
        ("2.3.1",),
        "submit_transitions.accepted",
        '        "status": Status.QUEUED,\n        "remote_id": created.task_id,\n',
        '        "status": Status.WAITING,\n        "remote_id": created.task_id,\n',
        ("tracker/test_sending.py::test_a_second_pass_sends_nothing_twice",),
    ),
    Guard(
        "a service that does not answer is left alone",
        ("16.5.2",),
        "circuit_breaker.Breaker.allowance",
        "        if self.is_open:\n            return 0\n",
        "        return wanted\n",
        (
            "tracker/test_circuit_breaker.py::test_after_five_unanswered_calls_the_breaker_opens",
            "tracker/test_circuit_breaker.py::test_after_the_pause_one_answered_call_closes_the_breaker",
        ),
    ),
    Guard(
        "an answer outlives a database that is away",
        ("16.5.2",),
        "steps.Steps._send",
        "        await persist(submit_transitions.accepted)(task, created)\n",
        "        await in_database(submit_transitions.accepted)(task, created)\n",
        ("tracker/test_database_away.py::test_the_answer_to_a_create_is_recorded_once_the_database_returns",),
    ),
    Guard(
        "a database that is away stops no tracker",
        ("16.5.2",),
        "worker.Tracker._take_up",
        "        except DatabaseError as error:\n"
        '            logger.warning("the database does not answer: %s", type(error).__name__)\n'
        "            await asyncio.sleep(1)\n"
        "            return 0\n",
        "        except KeyError:\n            return 0\n",
        ("tracker/test_database_away.py::test_a_database_that_is_away_for_a_while_stops_no_tracker",),
    ),
    Guard(
        "errors are logged",
        ("16.3.4",),
        "worker.Tracker._work",
        '            logger.exception("task %s: the step broke off", task.pk)\n',
        "",
        ("tracker/test_own_faults.py::test_a_step_that_breaks_off_before_the_send_waits_a_minute_and_is_logged",),
    ),
    Guard(
        "a poisoned task stops no other",
        ("16.5.2",),
        "worker.Tracker._work",
        "            await self._put_off(task)\n",
        "            raise\n",
        ("tracker/test_own_faults.py::test_a_step_that_breaks_off_before_the_send_waits_a_minute_and_is_logged",),
    ),
]
