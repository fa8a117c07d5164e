"""What script/bench makes of the results of klatsch-bench."""

import json
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

from server import REPOSITORY

sys.path.insert(0, str(REPOSITORY))

from bench.driver import plot, ratios, results, turns  # noqa: E402
from bench.driver.measures import ALL as MEASURES  # noqa: E402
from bench.driver.measures import QUICK  # noqa: E402
from bench.peers.catalogue import ALL as PEERS  # noqa: E402


def line(peer, rate, step="saturation", **more):
    figures = {"deliveries_per_second": rate, "server_cpu_us_per_delivery": 1e6 / rate, "p99_us": 900}
    return {"measure": "fan-out-10x100", "step": step, "peer": peer, **figures, **more}


class Comparison(unittest.TestCase):
    def rows(self, *lines):
        with tempfile.TemporaryDirectory(prefix="klatsch-") as folder:
            path = Path(folder) / "lines"
            path.write_text("".join(json.dumps(each) + "\n" for each in lines))
            return results.read(path)

    def missed(self, rows, **bounds):
        wanted = {
            "measure": "fan-out-10x100",
            "step": "saturation",
            "figure": "deliveries_per_second",
            "peer": "klatsch",
            "against": "epoll-gather",
            **bounds,
        }
        with tempfile.TemporaryDirectory(prefix="klatsch-") as folder:
            path = Path(folder) / "thresholds.json"
            path.write_text(json.dumps([wanted]))
            return ratios.missed(rows, path)

    def test_figures_are_medians_over_the_rounds(self):
        [row] = self.rows(line("klatsch", 100), line("klatsch", 900), line("klatsch", 300))
        self.assertEqual((row.figures["deliveries_per_second"], row.rounds), (300, 3))

    def test_a_round_that_failed_is_told_beside_the_others(self):
        failed = {"measure": "fan-out-10x100", "step": "saturation", "peer": "klatsch"}
        [row] = self.rows(line("klatsch", 100), {**failed, "failed": "no result: 1 lost"})
        self.assertIn("1 lost", ratios.table([row]))

    def test_the_table_has_the_ratio_to_klatsch(self):
        table = ratios.table(self.rows(line("klatsch", 600_000), line("socket.io", 50_000)))
        [row] = [each for each in table.splitlines() if each.split()[:1] == ["socket.io"]]
        self.assertEqual(row.split()[1:3], ["50,000", "12.00"])
        self.assertIn(PEERS["socket.io"].lacks, row)

    def test_a_row_during_which_others_were_busy_is_marked(self):
        rows = self.rows(line("klatsch", 100, other_cores=0.9), line("nats", 100, other_cores=0.1))
        table = ratios.table(rows).splitlines()
        [ours] = [each for each in table if each.split()[:1] == ["klatsch"]]
        [theirs] = [each for each in table if each.split()[:1] == ["nats"]]
        self.assertIn("DISTURBED", ours)
        self.assertNotIn("DISTURBED", theirs)

    def test_a_ratio_that_fell_is_found(self):
        rows = self.rows(line("klatsch", 400), line("epoll-gather", 1000))
        self.assertEqual(self.missed(rows, at_least=0.4), [])
        self.assertEqual(len(self.missed(rows, at_least=0.41)), 1)
        self.assertEqual(self.missed(rows, at_most=0.4), [])
        self.assertEqual(len(self.missed(rows, at_most=0.39)), 1)

    def test_what_was_not_measured_is_no_pass(self):
        [sentence] = self.missed(self.rows(line("klatsch", 400)), at_least=0)
        self.assertIn("not measured", sentence)

    def test_pictures_are_well_formed_and_have_a_bar_for_each_peer(self):
        rows = self.rows(line("klatsch", 600_000), line("nats", 70_000), line("ws", 900, step="20%"))
        pictures = dict(plot.pictures(rows))
        self.assertEqual(
            sorted(pictures), ["fan-out-10x100-20.svg", "fan-out-10x100-saturation.svg"]
        )
        drawing = xml.etree.ElementTree.fromstring(pictures["fan-out-10x100-saturation.svg"])
        bars = [each for each in drawing.iter("{http://www.w3.org/2000/svg}rect") if each.get("rx")]
        self.assertEqual(len(bars), 2)

    def test_the_thresholds_are_of_what_the_quick_run_measures(self):
        thresholds = json.loads((REPOSITORY / "bench/quick_thresholds.json").read_text())
        measured = {measure.name for measure in QUICK}
        for each in thresholds:
            self.assertIn(each["measure"], measured)
            self.assertTrue({each["peer"], each["against"]} <= set(PEERS))
            self.assertTrue("at_least" in each or "at_most" in each)

    def test_every_measurement_has_somebody_who_takes_part(self):
        for measure in MEASURES.values():
            taking_part = [name for name, kind in PEERS.items() if turns.takes_part(kind, measure)]
            self.assertTrue(any(name.startswith("klatsch") for name in taking_part), measure.name)
