"""The mistakes that the mechanism must not contain, each as an edit of its source, and the test that each must fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DIRECTED = "tests/schedules/test_directed.py::"
REACTION, APPEND, LANES = "kernel/pg_reaction.py", "kernel/pg_append.py", "kernel/lanes.py"
REACT, PERSON, CONCLUDE = "kernel/react.py", "kernel/react_person.py", "kernel/conclude.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """`edits` maps files to (what stands there once, what the mistake makes of it) pairs; `fails` is a pytest name.

    `server`: the test needs a real database.
    """

    name: str
    edits: Mapping[str, tuple[tuple[str, str], ...]]
    fails: str
    server: bool = False


FENCE = "FENCE, self._processor, plan.lane, UUID(era), rev, plan.last, plan.hint"
FENCED = """                if done != "UPDATE 1":"""
SPEAKS = """        from datetime import UTC, datetime

        from kernel.conclude import Difference, Memory, evaluate
        from kernel.params import Reference
        from kernel.person import Person

        whole, end = self.refold.units, datetime(2100, 1, 1, tzinfo=UTC)
        for subject, history in (await self.refold._reader.histories(subjects, seq)).items():
            person = Person(whole, history.facts)
            seen = evaluate(whole.rules, person.state, Reference(), person.personal, end)
            operator = self.journal.instance.operator
            said = Difference(self.processor, operator, subject, end, "").facts(whole.by_id, seen, Memory())
            if said:
                await self.journal.append(said)
"""
MUTANTS = [
    Mutant(
        "the fence is removed",
        {REACTION: ((" AND era = $3 AND rev = $4", ""),)},
        f"{DIRECTED}test_a_zombie_that_prepared_a_batch_writes_nothing",
    ),
    Mutant(
        "the checkpoint moves after COMMIT",
        {
            REACTION: (
                (
                    f"""                done = await connection.execute({FENCE})
                if done != "UPDATE 1":
                    raise Fenced(f"{{self._processor}} lane {{plan.lane}}")
""",
                    "",
                ),
                (
                    """                    await append_in(connection, journal.instance, prepared)
""",
                    f"""                    await append_in(connection, journal.instance, prepared)
            done = await journal.pool.execute({FENCE})
            if done != "UPDATE 1":
                raise Fenced(f"{{self._processor}} lane {{plan.lane}}")
""",
                ),
            )
        },
        f"{DIRECTED}test_a_zombie_that_prepared_a_batch_writes_nothing",
    ),
    Mutant(
        "a gap is ignored",
        {
            LANES: (("dense_after(rows, position, MOST)", "[r for s, r in sorted(rows.items()) if s > position]"),),
            REACT: (("if rows[0].seq != owned.seq + 1:", "if rows[0].seq <= owned.seq:"),),
        },
        f"{DIRECTED}test_a_gap_is_read_from_the_journal_before_what_follows_it_is_applied",
    ),
    Mutant(
        "the tail is not watched",
        {LANES: (("elif self._standstill.lasts(lane, head, now):", "elif False:"),)},
        f"{DIRECTED}test_what_no_carrier_brings_is_read_from_the_journal",
    ),
    Mutant(
        "memory is read only to the checkpoint",
        {PERSON: (("person.memory(newer or ())", "person.memory()"),)},
        f"{DIRECTED}test_a_raise_beyond_the_position_is_remembered_and_leaves_a_wake_up",
    ),
    Mutant(
        "newer facts leave no wake-up",
        {PERSON: (("plan.facts, plan.wake = [], AT_ONCE", "plan.facts = []"),)},
        f"{DIRECTED}test_whoever_has_newer_facts_that_nobody_hears_is_spoken_of_by_a_wake_up",
    ),
    Mutant(
        "newer facts are not looked at",
        {REACT: (("if head > last})", "if head < 0})"),)},
        f"{DIRECTED}test_nothing_is_said_of_somebody_whose_newer_facts_say_otherwise",
    ),
    Mutant(
        "the count is left out of the ids",
        {CONCLUDE: (("|{kind}|{m}", "|{kind}"),)},
        f"{DIRECTED}test_what_is_raised_a_second_time_is_not_taken_for_the_first",
    ),
    Mutant(
        "a chunk of wake-ups is not fenced",
        {REACTION: ((FENCED, """                if done != "UPDATE 1" and plan.last is not None:"""),)},
        f"{DIRECTED}test_a_zombie_that_prepared_wake_ups_writes_nothing",
    ),
    Mutant(
        "a release folds only what came since",
        {PERSON: (("anew = swept or subject in owned.held or any(", "anew = swept or any("),)},
        f"{DIRECTED}test_a_release_folds_all_that_came_while_somebody_waited",
    ),
    Mutant(
        "repeats are not recognised",
        {APPEND: (("    if hit and _said_before(item, known):", "    if hit and item.companion:"),)},
        f"{DIRECTED}test_what_is_said_again_is_answered_as_before_and_takes_no_number",
    ),
    Mutant(
        "numbering comes before the look for duplicates",
        {
            APPEND: (
                (
                    """    fact = item.fact
    hit = known""",
                    """    fact = item.fact
    counters[item.lane] += 1
    hit = known""",
                ),
                (
                    """    counters[item.lane] += 1
    return Receipt(""",
                    "    return Receipt(",
                ),
                ("if not receipt.replayed:", "if receipt.seq == counters[receipt.lane]:"),
            )
        },
        f"{DIRECTED}test_what_is_said_again_is_answered_as_before_and_takes_no_number",
    ),
    Mutant(
        "the era is ignored",
        {
            REACTION: ((" AND era = $3", ""),),
            LANES: (("if era == self._eras[lane] and row.lane == lane", "if row.lane == lane"),),
        },
        f"{DIRECTED}test_nothing_of_a_lost_history_is_applied",
    ),
    Mutant(
        "now is the last time fact",
        {
            REACT: (("owned.now = max(owned.now, datetime.fromisoformat(", "owned.now = (datetime.fromisoformat("),),
            APPEND: (
                (
                    """        if item.instant <= instants[item.lane]:
            return None
""",
                    "",
                ),
                ("instants[item.lane] = item.instant", "instants[item.lane] = max(item.instant, instants[item.lane])"),
            ),
        },
        f"{DIRECTED}test_now_is_the_greatest_instant_told_and_not_the_last",
    ),
    Mutant(
        "the door widens a close",
        {"services/notifications/decisions/close.py": (("for r in command.closes))", "for r in state.uncovered()))"),)},
        "tests/unit/notifications/test_alert.py::test_a_close_names_only_what_was_shown_so_a_raise_that_came_meanwhile_opens_it_again",
    ),
    Mutant(
        "the door expects nothing",
        {"kernel/decide.py": (("append(facts, {ref: head})", "append(facts)"),)},
        f"{DIRECTED}test_of_two_doors_that_decide_at_once_one_decides_again",
    ),
    Mutant(
        "a rebuild runs ahead of the live lane",
        {
            "kernel/refold.py": (
                (
                    "SELECT c.seq, h.subject",
                    "SELECT (SELECT l.seq FROM journal.lane l WHERE l.lane = c.lane) AS seq, h.subject",
                ),
            )
        },
        "tests/integration/test_rebuild.py::test_it_never_goes_beyond_what_people_see",
        server=True,
    ),
    Mutant(
        "a rebuild is not silent",
        {
            "kernel/rebuild.py": (
                (
                    "        return await self._write(lanes, step, folded), folded.facts",
                    SPEAKS + "        return await self._write(lanes, step, folded), folded.facts",
                ),
            )
        },
        "tests/integration/test_rebuild_says_nothing.py::test_a_rebuild_concludes_nothing_and_wakes_nobody",
        server=True,
    ),
    Mutant(
        "a connection that breaks while keys are read ends the worker",
        {"kernel/keys.py": (("with translated():  # a reaction", "if True:  # a reaction"),)},
        f"{DIRECTED}test_a_worker_waits_when_the_connection_breaks_while_it_reads_keys",
    ),
]
