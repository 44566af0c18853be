"""The named cases of the queue, and which tests show each of them.

CASES is read by a test: a test that is renamed or removed is missed here.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
HERE = "queue/test_named_cases.py"
CASES = {
    "shift ends while assigned": (
        "queue/test_shift_end.py::test_what_is_not_accepted_goes_back_to_choice_at_the_shifts_end",
    ),
    "shift ends while accepted and unanswered": (
        "queue/test_shift_end.py::test_what_is_accepted_stays_until_the_next_covering_shift_and_may_be_answered",
        "queue/test_shift_end.py::test_the_lawyer_who_is_on_the_next_shift_too_keeps_what_is_accepted",
    ),
    "shift ends while a draft is being typed": (
        "queue/test_shift_end.py::test_a_draft_typed_over_the_end_of_a_shift_is_refused_in_words_and_changes_nothing",
        "web/pages/test_lawyer_pages.py::test_an_answer_to_a_page_that_is_out_of_date_is_kept_and_not_sent",
    ),
    "asked Saturday 2026-02-14 10:00, Friday 2026-02-13 16:00, 2026-09-30 16:30": (
        "queue/test_sla.py::test_live_questions_count_working_time",
        "data/test_deadline.py::test_working_targets_fall_where_the_bureau_expects",
    ),
    "wall-clock due inside a holiday": (
        "queue/test_sla.py::test_a_message_counts_by_the_wall_even_through_a_holiday",
        "data/test_deadline.py::test_a_wall_clock_target_may_fall_into_a_holiday",
    ),
    "due in an unpublished year": (
        "queue/test_sla.py::test_beyond_the_last_published_year_a_due_moment_is_provisional",
        "data/test_deadline.py::test_what_lies_beyond_the_published_years_is_provisional",
    ),
    "a late notice of make-up days": (
        "queue/test_recalculation.py::test_a_late_notice_of_a_make_up_day_moves_what_is_due",
        "queue/test_sla.py::test_a_late_notice_of_make_up_days_moves_what_is_due",
    ),
    "two workers claim one": ("queue/test_races.py::test_two_who_take_one_question_at_once",),
    "1,000 questions for 8 lawyers x 50 places": (
        "queue/test_races.py::test_a_thousand_questions_for_eight_lawyers_with_fifty_places_give_400_and_600",
    ),
    "all conflicted": (
        "queue/test_choice.py::test_all_conflicted_is_said_without_saying_why",
        "queue/test_clients.py::test_when_everybody_has_to_step_back_the_question_waits_and_says_why",
    ),
    "conflict found after accept": (
        f"{HERE}::test_a_conflict_found_after_accepting_takes_it_from_the_whole_firm_at_once",
        "queue/test_clients.py::test_a_client_declared_after_the_question_takes_it_away_at_once",
    ),
    "lawyer swapped away": (
        "queue/test_shift_end.py::test_a_lawyer_swapped_away_at_ten_past_gets_nothing_after_it",
    ),
    "manual transfer against automatic choice": (
        f"{HERE}::test_a_transfer_against_the_automatic_choice_leaves_one_holder_and_no_place_twice",
        "queue/test_races.py::test_a_supervisor_and_the_sweep_at_once_leave_one_holder",
    ),
    "reply after close off shift": (
        "queue/test_life.py::test_a_message_after_closing_opens_the_question_for_its_lawyer_on_a_later_shift",
    ),
    "pause over a night": (
        "queue/test_sla.py::test_a_pause_over_a_night_moves_a_clock_by_its_length_in_the_clocks_unit",
        "data/test_deadline.py::test_a_pause_over_a_night_costs_only_its_working_minutes",
    ),
    "five messages in a row": (
        "queue/test_life.py::test_five_messages_in_a_row_owe_one_answer_from_the_first",
    ),
    "warning before opening time": (
        f"{HERE}::test_a_warning_that_falls_before_opening_time_comes_once_at_opening",
        "queue/test_sla.py::test_warnings_of_wall_clock_time_fall_into_working_time",
    ),
    "two schedulers": (
        f"{HERE}::test_two_schedulers_at_once_do_everything_once",
        "web/platform/test_leadership.py::test_a_killed_process_is_followed_by_another_within_five_seconds",
        "web/platform/test_leadership.py::test_at_no_moment_do_two_lead_whoever_stalls",
        "web/platform/test_timers.py::test_every_timer_may_run_twice_and_does_its_work_once",
    ),
    "three days' outage": (
        "queue/test_shift_end.py::test_after_three_days_outage_everything_is_caught_up_once",
    ),
    "empty escalation step": (
        f"{HERE}::test_a_step_that_finds_nobody_to_hand_on_to_is_taken_once_and_the_next_still_comes",
        "queue/test_sla.py::test_each_rung_of_a_ladder_comes_once_and_an_empty_ladder_never",
    ),
    "same key twice, same key with other body": (
        "queue/test_intake.py::test_the_same_key_and_body_give_the_same_answer",
        "queue/test_intake.py::test_the_same_key_with_another_body_is_refused",
        "queue/test_races.py::test_one_key_sent_by_two_at_once_makes_one_question",
        "web/platform/test_api_questions.py::test_a_repeated_request_gets_the_same_answer_and_another_under_its_key_none",
    ),
    "clock jumps an hour either way": (
        f"{HERE}::test_a_clock_that_jumps_an_hour_either_way_repeats_and_loses_nothing",
        "queue/test_sla.py::test_a_clock_set_back_an_hour_makes_no_negative_pause",
        "web/platform/test_leadership.py::test_a_clock_that_jumps_an_hour_either_way_makes_no_second_leader",
    ),
    "host in another time zone": (
        f"{HERE}::test_a_host_in_another_time_zone_gives_and_hands_over_at_the_bureaus_hours",
    ),
    "guessed ticket codes": (
        f"{HERE}::test_a_guessed_ticket_code_costs_the_same_work_as_a_wrong_secret",
        "queue/test_life.py::test_a_wrong_secret_and_an_unknown_code_are_told_apart_by_nothing",
        "web/platform/test_api_questions.py::test_an_unknown_ticket_and_a_wrong_secret_get_the_same_answer",
        "web/platform/test_api_questions.py::test_asking_and_guessing_secrets_are_limited_by_address",
    ),
    "disk full and database locked": (
        "web/platform/test_full_and_locked.py::test_a_full_disk_is_a_503_with_nothing_half_written_and_the_retry_is_safe",
        "web/platform/test_full_and_locked.py::test_a_locked_database_is_a_503_with_nothing_written_and_the_retry_is_safe",
        "data/test_database.py::test_a_full_disk_is_unavailable_and_nothing_is_half_written",
        "data/test_writer.py::test_while_the_database_is_held_all_who_wait_are_told_and_may_retry",
    ),
    "low priority under a steady urgent stream": (
        f"{HERE}::test_a_plain_question_under_a_steady_stream_of_urgent_ones_waits_no_longer_than_the_lead",
        "queue/test_choice.py::test_in_the_line_green_goes_first_but_nobody_starves",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_named_case_has_the_tests_that_are_said_to_show_it(case):
    for one in CASES[case]:
        file, _, name = one.partition("::")
        tree = ast.parse((TESTS / file).read_text("utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name in defined, f"{case}: {one} is not there"
