"""The checker finds what it is there to find, and nothing in a history that is right."""

import unittest

from checker import find_violations, summarize
from facts import collect
from check_times import measure_takeovers
from made_history import MadeHistory


class CheckerTest(unittest.TestCase):
    def setUp(self):
        self.history = MadeHistory()

    def found(self):
        """The names of the checks that found something. Liveness is a matter of its own tests."""
        events = self.history.end()
        return sorted({v.check for v in find_violations(events) if v.check != "liveness"})

    def two_in_a_room(self):
        self.history.open("ada", "A", rooms=[("beach", 0)])
        self.history.open("bob", "B", rooms=[("beach", 0)])

    def say(self, device, cid, seq, *watchers):
        user = self.history._users[device]
        self.history.answer(self.history.send(device, cid), seq)
        for each in watchers:
            self.history.show(each, seq, user, cid)


class GoodHistories(CheckerTest):
    def test_two_talk(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada", "bob")
        self.say("bob", "b1", 2, "bob", "ada")
        self.history.log(("A", "a1"), ("B", "b1"))
        self.history.log(("A", "a1"), ("B", "b1"), node="node-2")
        self.assertEqual(self.found(), [])

    def test_one_misses_something_and_resumes(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada", "bob")
        self.history.close("bob")
        self.say("ada", "a2", 2, "ada")
        self.history.open(
            "bob", "B", rooms=[("beach", 2, True)], resume=[{"room": "beach", "after": 1}]
        )
        self.history.show("bob", 2, "A", "a2")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), [])

    def test_a_resume_from_too_far_behind_goes_on_from_the_newest(self):
        self.two_in_a_room()
        self.history.close("bob")
        self.say("ada", "a1", 1, "ada")
        self.history.open(
            "bob", "B", rooms=[("beach", 1, False)], resume=[{"room": "beach", "after": 0}]
        )
        self.say("ada", "a2", 2, "ada", "bob")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), [])

    def test_one_leaves_and_comes_back(self):
        self.two_in_a_room()
        self.history.answer(self.history.invoke("bob", "room.leave", room="beach"))
        self.history.member("bob", "B", False)
        self.say("ada", "a1", 1, "ada")
        self.history.answer(self.history.invoke("bob", "room.join", room="beach"), 1)
        self.history.member("bob", "B", True)
        self.say("ada", "a2", 2, "ada", "bob")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), [])

    def test_one_sends_again_what_was_not_answered(self):
        self.two_in_a_room()
        self.history.send("ada", "a1")
        self.history.close("ada")
        self.history.show("bob", 1, "A", "a1")
        self.say("bob", "b1", 2, "bob")
        self.history.open(
            "ada", "A", rooms=[("beach", 2, True)], resume=[{"room": "beach", "after": 0}]
        )
        self.history.show("ada", 1, "A", "a1")
        self.history.show("ada", 2, "B", "b1")
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.history.log(("A", "a1"), ("B", "b1"))
        self.assertEqual(self.found(), [])

    def test_a_message_refused_for_now_stands_behind_a_later_one(self):
        self.two_in_a_room()
        first = self.history.send("ada", "a1")
        second = self.history.send("ada", "a2")
        self.history.refuse(first, "room_unavailable", retry=True)
        self.history.answer(second, 1)
        self.history.show("ada", 1, "A", "a2")
        self.history.show("bob", 1, "A", "a2")
        self.say("ada", "a1", 2, "ada", "bob")
        self.history.log(("A", "a2"), ("A", "a1"))
        self.assertEqual(self.found(), [])

    def test_two_whisper_and_what_waited_comes_first(self):
        self.history.open("ada", "A")
        self.history.answer(self.history.whisper("ada", "p1", "B"), 1)
        self.history.show_private("ada", 1, "A", "B", "p1")
        self.history.open("bob", "B", conversations=[("A", 1)])
        self.history.show_private("bob", 1, "A", "B", "p1")
        self.history.answer(self.history.whisper("bob", "p2", "A"), 2)
        self.history.show_private("ada", 2, "B", "A", "p2")
        self.history.show_private("bob", 2, "B", "A", "p2")
        self.history.conversation("A", "B", ("A", "p1"), ("B", "p2"))
        self.assertEqual(self.found(), [])


class BadLogs(CheckerTest):
    def test_an_acknowledged_message_that_is_lost(self):
        self.two_in_a_room()
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.history.log()
        self.assertEqual(self.found(), ["acknowledged"])

    def test_an_acknowledged_message_that_stands_elsewhere(self):
        self.two_in_a_room()
        one, two = self.history.send("ada", "a1"), self.history.send("bob", "b1")
        self.history.answer(one, 1)
        self.history.answer(two, 2)
        self.history.close("ada")
        self.history.close("bob")
        self.history.log(("B", "b1"), ("A", "a1"))
        self.assertEqual(self.found(), ["acknowledged"])

    def test_a_number_that_is_left_out(self):
        self.two_in_a_room()
        self.history.close("ada")
        self.history.close("bob")
        self.history.log(("A", "a2"), first=2)
        self.assertEqual(self.found(), ["dense"])

    def test_a_message_that_was_stored_twice(self):
        self.two_in_a_room()
        self.history.close("ada")
        self.history.close("bob")
        self.history.log(("A", "a1"), ("A", "a1"))
        self.assertEqual(self.found(), ["same cid"])

    def test_a_message_that_was_refused_and_stored(self):
        self.two_in_a_room()
        self.history.refuse(self.history.send("ada", "a1"))
        self.history.close("ada")
        self.history.close("bob")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["refused"])

    def test_two_nodes_that_read_different_logs(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada", "bob")
        self.history.log(("A", "a1"))
        self.history.log(node="node-2")
        self.assertEqual(self.found(), ["one order"])

    def test_two_writers_that_gave_one_number_twice(self):
        self.two_in_a_room()
        one, two = self.history.send("ada", "a1"), self.history.send("bob", "b1")
        self.history.answer(one, 1)
        self.history.answer(two, 1)
        self.history.show("ada", 1, "A", "a1")
        self.history.show("bob", 1, "B", "b1")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["acknowledged", "one order"])

    def test_a_message_that_was_shown_and_is_not_stored(self):
        self.two_in_a_room()
        self.history.send("ada", "a1")
        self.history.show("bob", 1, "A", "a1")
        self.history.log()
        self.assertEqual(self.found(), ["one order"])

    def test_a_text_that_was_shown_otherwise(self):
        self.two_in_a_room()
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.history.show("ada", 1, "A", "a1")
        self.history.show("bob", 1, "A", "a1", text="something else")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["one order"])

    def test_a_cid_that_has_two_numbers(self):
        self.two_in_a_room()
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.history.answer(self.history.send("ada", "a1"), 2)
        self.assertEqual(self.found(), ["same cid"])

    def test_a_senders_messages_in_another_order(self):
        self.two_in_a_room()
        one, two = self.history.send("ada", "a1"), self.history.send("ada", "a2")
        self.history.answer(one, 2)
        self.history.answer(two, 1)
        self.assertEqual(self.found(), ["sender's order"])

    def test_a_message_that_stands_before_one_that_was_there_first(self):
        self.two_in_a_room()
        self.history.answer(self.history.send("ada", "a1"), 2)
        self.history.answer(self.history.send("bob", "b1"), 1)
        self.assertEqual(self.found(), ["real time"])


class BadSessions(CheckerTest):
    def test_a_gap(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada")
        self.say("ada", "a2", 2, "ada", "bob")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), ["no gap"])

    def test_a_double(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada", "bob", "bob")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["no double"])

    def test_a_gap_behind_a_resume_that_said_recovered(self):
        self.two_in_a_room()
        self.history.close("bob")
        self.say("ada", "a1", 1, "ada")
        self.history.open(
            "bob", "B", rooms=[("beach", 1, True)], resume=[{"room": "beach", "after": 0}]
        )
        self.say("ada", "a2", 2, "ada", "bob")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), ["no gap"])

    def test_a_double_behind_a_resume(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada", "bob")
        self.history.close("bob")
        self.history.open(
            "bob", "B", rooms=[("beach", 1, True)], resume=[{"room": "beach", "after": 1}]
        )
        self.history.show("bob", 1, "A", "a1")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["no double"])

    def test_a_member_that_never_heard_the_last_message(self):
        self.two_in_a_room()
        self.say("ada", "a1", 1, "ada")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["no gap"])

    def test_a_message_for_somebody_who_has_left(self):
        self.two_in_a_room()
        self.history.member("bob", "B", False)
        self.say("ada", "a1", 1, "ada", "bob")
        self.history.log(("A", "a1"))
        self.assertEqual(self.found(), ["members only"])

    def test_a_gap_behind_a_join(self):
        self.history.open("ada", "A", rooms=[("beach", 0)])
        self.history.open("bob", "B")
        self.history.answer(self.history.invoke("bob", "room.join", room="beach"), 0)
        self.say("ada", "a1", 1, "ada")
        self.say("ada", "a2", 2, "ada", "bob")
        self.history.log(("A", "a1"), ("A", "a2"))
        self.assertEqual(self.found(), ["no gap"])

    def test_a_private_message_shown_to_a_third(self):
        self.history.open("ada", "A")
        self.history.open("eve", "E")
        self.history.answer(self.history.whisper("ada", "p1", "B"), 1)
        self.history.show_private("eve", 1, "A", "B", "p1")
        self.history.conversation("A", "B", ("A", "p1"))
        self.assertEqual(self.found(), ["private"])

    def test_a_private_message_under_a_wrong_name(self):
        self.history.open("bob", "B")
        self.history.show_private("bob", 1, "A", "B", "p1", with_user="E")
        self.assertEqual(self.found(), ["private"])

    def test_a_private_message_that_comes_twice(self):
        self.history.open("bob", "B")
        self.history.show_private("bob", 1, "A", "B", "p1")
        self.history.show_private("bob", 1, "A", "B", "p1")
        self.history.conversation("A", "B", ("A", "p1"))
        self.assertEqual(self.found(), ["no double"])

    def test_a_private_message_that_is_left_out(self):
        self.history.open("bob", "B")
        self.history.show_private("bob", 1, "A", "B", "p1")
        self.history.show_private("bob", 3, "A", "B", "p3")
        self.history.conversation("A", "B", ("A", "p1"), ("A", "p2"), ("A", "p3"))
        self.assertEqual(self.found(), ["no gap"])

    def test_an_acknowledged_private_message_that_is_lost(self):
        self.history.open("ada", "A")
        self.history.answer(self.history.whisper("ada", "p1", "B"), 1)
        self.history.conversation("A", "B")
        self.assertEqual(self.found(), ["acknowledged"])


class Times(CheckerTest):
    def fault_of(self, kind, seconds):
        self.two_in_a_room()
        self.history.fault(kind)
        self.history.send("ada", "a1")
        self.history.wait(seconds)
        self.history.answer(self.history.send("ada", "a2"), 1)

    def test_the_takeover_is_measured_from_the_fault_to_the_first_answer(self):
        self.fault_of("kill", 2)
        ((kind, _, seconds, room, _),) = measure_takeovers(collect(self.history.events))
        self.assertEqual((kind, room), ("kill", "beach"))
        self.assertAlmostEqual(seconds, 2.03)
        self.assertEqual(self.found(), [])

    def test_an_answer_to_what_was_sent_before_the_fault_is_no_takeover(self):
        self.two_in_a_room()
        before = self.history.send("ada", "a0")
        self.history.fault("kill")
        self.history.answer(before, 1)
        self.history.send("ada", "a1")
        self.assertEqual(self.found(), ["takeover"])

    def test_a_takeover_that_takes_too_long(self):
        self.fault_of("kill", 3.1)
        self.assertEqual(self.found(), ["takeover"])

    def test_a_node_alone_has_nobody_who_takes_over(self):
        self.history.note("cluster", nodes=1)
        self.fault_of("kill", 9)
        self.assertEqual(self.found(), [])

    def test_a_hung_node_may_take_longer(self):
        self.fault_of("pause", 4.9)
        self.assertEqual(self.found(), [])

    def test_a_hung_node_that_takes_too_long(self):
        self.fault_of("pause", 5.1)
        self.assertEqual(self.found(), ["takeover"])

    def test_what_only_clients_of_the_hung_node_wanted_tells_nothing_of_the_room(self):
        self.history.open("ada", "A", rooms=[("beach", 0)], node="node-1")
        self.history.fault("pause")
        self.history.send("ada", "a1")
        self.history.wait(6)
        self.history.answer(self.history.send("ada", "a2"), 1)
        self.assertEqual(self.found(), [])

    def liveness(self):
        found = [v for v in find_violations(self.history.end()) if v.check == "liveness"]
        return [violation.what for violation in found]

    def test_somebody_who_can_send_after_the_healing_is_alive(self):
        self.two_in_a_room()
        self.history.note("healed")
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.assertEqual(self.liveness(), [])

    def test_somebody_who_can_not_is_found(self):
        self.two_in_a_room()
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.history.note("healed")
        self.assertIn("ada could send nothing", self.liveness()[0])

    def test_somebody_whose_first_answer_comes_late_is_found(self):
        self.two_in_a_room()
        self.history.note("healed")
        self.history.wait(16)
        self.history.answer(self.history.send("ada", "a1"), 1)
        self.assertIn("ada could send nothing", self.liveness()[0])

    def test_a_request_that_was_never_answered_is_found(self):
        self.history.note("healed")
        self.history.note("stuck", device="ada", waiting=2)
        self.assertEqual(self.liveness(), ["ada has 2 requests without an answer"])

    def test_a_run_that_did_not_heal_is_found(self):
        self.assertEqual(self.liveness(), ["the nodes did not become whole again"])

    def test_a_node_that_ended_by_itself_is_found(self):
        self.history.note("exit", node="node-1", code=-6)
        self.assertEqual(self.found(), ["process"])

    def test_a_node_that_did_not_end_when_told_is_found(self):
        self.history.note("slow_stop", node="node-1")
        self.assertEqual(self.found(), ["process"])


class Figures(CheckerTest):
    def test_the_summary_counts(self):
        self.two_in_a_room()
        self.history.send("ada", "a1")
        self.say("ada", "a1", 1, "ada", "bob")
        self.history.fault("pause")
        self.history.log(("A", "a1"))
        summary = summarize(self.history.end())
        self.assertEqual(
            (summary["acknowledged"], summary["sent again"], summary["stored"]), (1, 1, 1)
        )
        self.assertEqual((summary["deliveries"], summary["faults"]), (2, "pause 1"))
