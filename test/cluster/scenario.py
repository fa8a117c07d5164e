"""One run: a cluster, people who talk, a nemesis; then the history is judged."""

import asyncio
import shutil
import tempfile
from pathlib import Path

from checker import find_violations, summarize
from cluster import Cluster, describe
from facts import Violation
from history import Recorder
from nemesis import Nemesis
from schedule import make_schedule
from workload import Workload

# Where a failed run leaves its history and the logs of its nodes.
KEPT = Path(__file__).resolve().parents[2] / "build/chaos"
WARM_UP_SECONDS = 1


class Outcome:
    def __init__(self, seed, events, violations, folder):
        self.seed = seed
        self.events = events
        self.violations = violations
        self.summary = summarize(events)
        self.folder = folder

    def __str__(self):
        lines = [f"seed {self.seed}"]
        lines += [f"{name}: {value}" for name, value in self.summary.items()]
        lines += [f"violations: {len(self.violations)}"]
        lines += [f"  {violation}" for violation in self.violations[:20]]
        if self.folder.exists():
            lines.append(f"  the history and the logs are in {self.folder}")
        return "\n".join(lines)


async def run(
    seed,
    name=None,
    *,
    nodes=3,
    seconds=10,
    kinds=None,
    schedule=None,
    options=(),
    keep=False,
    **talk,
):
    """Runs it and judges it. What goes wrong in the running itself is a violation too. Without a
    schedule one is made from the seed. `options` are those of the nodes, `talk` of the Workload;
    `keep` keeps the history and the logs also where nothing was found."""
    folder = Path(tempfile.mkdtemp(prefix="klatsch-chaos-"))
    recorder = Recorder(folder / "history.jsonl")
    cluster = Cluster(nodes, folder, options)
    recorder.note("cluster", nodes=nodes, seed=seed, network=describe())
    broken = []
    try:
        try:
            await cluster.start()
            workload = Workload(cluster, recorder, seed, **talk)
            await workload.start()
            await asyncio.sleep(WARM_UP_SECONDS)
            if schedule is None:
                schedule = make_schedule(seed, cluster.names, seconds, kinds)
            nemesis = Nemesis(cluster, recorder)
            await nemesis.run(schedule)
            await workload.finish()
            nemesis.supervise()
        except (TimeoutError, asyncio.TimeoutError, OSError) as error:
            broken.append(Violation("run", f"{type(error).__name__}: {error}", recorder.now()))
        finally:
            # Also where it was broken off otherwise: its network would be in the next one's way.
            slow = await cluster.end()
        for node in slow:
            recorder.note("slow_stop", node=node)
    finally:
        recorder.close()
    violations = broken + find_violations(recorder.events)
    outcome = Outcome(seed, recorder.events, violations, folder)
    if violations or keep:
        outcome.folder = KEPT / (name or str(seed))
        shutil.rmtree(outcome.folder, ignore_errors=True)
        shutil.copytree(folder, outcome.folder)
    shutil.rmtree(folder)
    return outcome
