"""The commands of script/bench."""

import argparse
import signal
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from bench.driver import markdown, plot, ratios, results, turns  # noqa: E402
from bench.driver.measures import ALL as MEASURES  # noqa: E402
from bench.driver.measures import QUICK  # noqa: E402
from bench.peers.catalogue import ALL as PEERS  # noqa: E402

QUICK_PEERS = ("klatsch", "epoll-each", "epoll-gather")
THRESHOLDS = REPOSITORY / "bench/quick_thresholds.json"


def names(text, known, what):
    chosen = text.split(",")
    for name in chosen:
        if name not in known:
            raise SystemExit(f"there is no {what} {name}; script/bench list names them")
    return chosen


def new_file():
    folder = REPOSITORY / "build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / time.strftime("%Y%m%d-%H%M%S.jsonl")


def run(options):
    measures = names(options.measures, MEASURES, "measurement") if options.measures else MEASURES
    peers = names(options.peers, PEERS, "peer") if options.peers else list(PEERS)
    path = Path(options.results) if options.results else new_file()
    failed = turns.take(
        [MEASURES[name] for name in measures], peers, options.rounds, options.seconds, path
    )
    rows = results.read(path)
    print(ratios.table(rows))
    print(f"results: {path}")
    # A peer that loses messages is a result about the peer; klatsch may not.
    return 1 if any(name.startswith("klatsch") for name in failed) else 0


def quick(options):
    failed, rows = measure_quickly(QUICK, options)
    missed = ratios.missed(rows, THRESHOLDS)
    # Once more where a ratio is missed: whoever else used the machine has perhaps gone.
    again = [each for each in QUICK if any(line.startswith(f"{each.name},") for line in missed)]
    if again:
        print(*missed, "measured once more:", sep="\n")
        failed_again, rows_again = measure_quickly(again, options)
        failed = failed | failed_again
        kept = [row for row in rows if row.measure not in [each.name for each in again]]
        missed = ratios.missed([*kept, *rows_again], THRESHOLDS)
    for line in missed:
        print(line)
    wrong = len(missed) + len(failed)
    print(f"{max(ratios.count(THRESHOLDS) - wrong, 0)} passed, {wrong} failed")
    return 1 if wrong else 0


def measure_quickly(measures, options):
    path = new_file()
    failed = turns.take(measures, list(QUICK_PEERS), options.rounds, options.seconds, path)
    rows = results.read(path)
    print(ratios.table(rows))
    print(f"results: {path}")
    return failed, rows


def draw(options):
    for path in plot.draw(results.read(Path(options.results)), Path(options.folder)):
        print(path)
    return 0


def show_tables(options):
    print(markdown.tables(results.read(Path(options.results))))
    return 0


def show_list(_options):
    print("Measurements:")
    for name, measure in MEASURES.items():
        print(f"  {name:22} {measure.help}")
    print("\nPeers:")
    for name, peer in PEERS.items():
        missing = peer().missing()
        print(f"  {name:22} {peer.lacks}" + (f" ({missing})" if missing else ""))
    return 0


def parse(arguments):
    others = "The script itself does setup and micro: see its first lines."
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__, epilog=others)
    verbs = parser.add_subparsers(dest="verb", required=True)

    runs = verbs.add_parser("run", help="measure in turns and print ratios")
    runs.add_argument("--measures", help="some of those that 'list' names, with commas")
    runs.add_argument("--peers", help="some of those that 'list' names, with commas")
    runs.add_argument("--rounds", type=int, default=3, help="turns of each (3); figures are medians")
    runs.add_argument("--seconds", type=float, default=5, help="for each step (5)")
    runs.add_argument("--results", help="the file for the results; lines are appended to it")
    runs.set_defaults(act=run)

    quickly = verbs.add_parser("quick", help="against our own plain servers, for CI")
    quickly.add_argument("--rounds", type=int, default=3, help="turns of each (3)")
    quickly.add_argument("--seconds", type=float, default=3, help="for each step (3)")
    quickly.set_defaults(act=quick)

    plots = verbs.add_parser("plot", help="draw results as SVG")
    plots.add_argument("results", help="the file of a run")
    plots.add_argument("--folder", default="build/bench", help="where to (build/bench)")
    plots.set_defaults(act=draw)

    tables = verbs.add_parser("table", help="print results as Markdown")
    tables.add_argument("results", help="the file of a run")
    tables.set_defaults(act=show_tables)

    verbs.add_parser("list", help="measurements and peers").set_defaults(act=show_list)
    if arguments[:1] == ["--quick"]:
        arguments = ["quick", *arguments[1:]]
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    # Otherwise the servers under measurement and their data would be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return options.act(options)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
