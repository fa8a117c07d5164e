"""The nemesis does the same again for the same seed."""

import unittest

from schedule import KINDS, make_schedule

NODES = ["node-1", "node-2", "node-3"]


class Schedule(unittest.TestCase):
    def test_a_seed_gives_the_same_faults_each_time(self):
        self.assertEqual(make_schedule(7, NODES, 300), make_schedule(7, NODES, 300))

    def test_another_seed_gives_others(self):
        self.assertNotEqual(make_schedule(7, NODES, 300), make_schedule(8, NODES, 300))

    def test_in_time_every_kind_comes(self):
        for seed in range(20):
            kinds = {fault.kind for fault in make_schedule(seed, NODES, 120)}
            self.assertEqual(kinds, set(KINDS))

    def test_a_longer_run_begins_as_a_shorter_one(self):
        short = make_schedule(7, NODES, 60)
        self.assertEqual(short, make_schedule(7, NODES, 600)[: len(short)])

    def test_faults_last_as_long_as_their_kind_allows_and_hit_nodes_that_exist(self):
        for fault in make_schedule(3, NODES, 3600):
            least, most = KINDS[fault.kind]
            self.assertTrue(least <= fault.lasts_s <= most, fault)
            self.assertLessEqual(set(fault.targets), {*NODES, "redis"})
            self.assertEqual(len(set(fault.targets)), len(fault.targets))

    def test_a_node_alone_is_not_parted_from_itself(self):
        kinds = {fault.kind for fault in make_schedule(1, ["node-1"], 600)}
        self.assertEqual(kinds, set(KINDS) - {"partition"})
