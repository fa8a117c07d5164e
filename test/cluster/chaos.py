"""The long run of the fault test; script/chaos starts it."""

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent / "integration")]

import namespaces  # found by the path above
from schedule import KINDS

# So that the history of a round fits well into memory.
ROUND_MINUTES = 5


def read_options():
    parser = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, help="decides which fault comes when; default: any")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--users", type=int, default=9)
    parser.add_argument("--kinds", help=f"only these faults, of {','.join(KINDS)}")
    parser.add_argument("--keep", action="store_true", help="keep what a good run left, too")
    options = parser.parse_args()
    options.kinds = options.kinds.split(",") if options.kinds else None
    if unknown := set(options.kinds or ()) - set(KINDS):
        parser.error(f"there is no fault {', '.join(sorted(unknown))}")
    if options.seed is None:
        options.seed = secrets.randbelow(1_000_000)
        # The program is started again in a namespace of its own.
        sys.argv += ["--seed", str(options.seed)]
    return options


def main():
    options = read_options()
    namespaces.enter()

    from cluster import describe
    from scenario import run

    print(f"seed {options.seed}, {options.nodes} nodes, {options.minutes:g} minutes, {describe()}")
    minutes, seed, failed = options.minutes, options.seed, []
    while minutes > 0:
        sys.stdout.flush()
        outcome = asyncio.run(
            run(
                seed,
                nodes=options.nodes,
                seconds=min(minutes, ROUND_MINUTES) * 60,
                kinds=options.kinds,
                users=options.users,
                keep=options.keep,
            )
        )
        print(outcome)
        failed += [seed] if outcome.violations else []
        minutes -= ROUND_MINUTES
        seed += 1
    if failed:
        print(f"promises were broken with the seeds {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
