"""Results as tables for people, and whether they are what they should be."""

import json

from bench.driver.measures import ALL as MEASURES
from bench.peers.catalogue import ALL as PEERS

REFERENCE = "klatsch"
# What stands beside the main figure, where a scenario has it: heading, and how it begins.
COLUMNS = (
    ("CPU us each", "server_cpu_us_per_"),
    ("cores", "server_cores"),
    ("generator", "generator_cores"),
    ("others", "other_cores"),
    ("p50 us", "p50_us"),
    ("p99 us", "p99_us"),
    ("max us", "max_us"),
)


# Cores that other programs had meanwhile; with more of them a figure says nothing.
DISTURBING_CORES = 0.2


def disturbed(row):
    return row.figures.get("other_cores", 0) > DISTURBING_CORES


def note_of(row):
    note = row.note or (PEERS[row.peer].lacks if row.peer in PEERS else "")
    return ("DISTURBED; " if disturbed(row) else "") + note


def number(value):
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}"


def cell(row, begin):
    for name, value in row.figures.items():
        if name.startswith(begin):
            return number(value)
    return "-"


def ratio(ours, theirs):
    return number(ours / theirs) if ours is not None and theirs else "-"


def cpu_of(row):
    for name, value in row.figures.items():
        if name.startswith("server_cpu_us_per_"):
            return value
    return None


def table(rows):
    """One table for each measurement and step."""
    return "\n".join(group_table(*key, group) for key, group in grouped(rows).items())


def grouped(rows):
    groups = {}
    for row in rows:
        groups.setdefault((row.measure, row.step), []).append(row)
    return groups


def compared(measure, rows, columns):
    """For each row its figure, the ratio of ours to it, the cells of the columns and the ratio of the
    processor times."""
    ours = next((row for row in rows if row.peer == REFERENCE), None)
    our_figure = ours.figures.get(measure.figure) if ours else None
    our_cpu = cpu_of(ours) if ours else None
    for row in rows:
        figure = row.figures.get(measure.figure)
        yield [
            number(figure),
            ratio(our_figure, figure),
            *(cell(row, begin) for _, begin in columns),
            ratio(our_cpu, cpu_of(row)),
        ]


def group_table(measure_name, step, rows):
    measure = MEASURES[measure_name]
    heads = [
        "peer", measure.figure, f"{REFERENCE}/peer",
        *(head for head, _ in COLUMNS), "CPU ratio", "note",
    ]
    lines = [heads]
    for row, cells in zip(rows, compared(measure, rows, COLUMNS)):
        lines.append([row.peer, *cells, note_of(row)])
    title = f"{measure_name}: {measure.help}" + (f"; {step}" if step else "")
    if not measure.more_is_better:
        title += "; less is better"
    return title + "\n" + aligned(without_empty_columns(lines))


def without_empty_columns(lines):
    kept = [i for i in range(len(lines[0])) if any(line[i] not in ("-", "") for line in lines[1:])]
    return [[line[i] for i in kept] for line in lines]


def aligned(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    last = len(widths) - 1

    def pad(i, text):
        if i == last:
            return text
        return text.ljust(widths[i]) if i == 0 else text.rjust(widths[i])

    return "\n".join("  " + "  ".join(pad(i, t) for i, t in enumerate(line)) for line in lines) + "\n"


def count(path):
    """How many thresholds there are."""
    return len(json.loads(path.read_text(encoding="utf-8")))


def missed(rows, path):
    """A sentence for each threshold that was not reached. `path`: a JSON file with a list, whose
    members name a measure, a step, a figure, two peers, and at_least or at_most for the ratio of the
    first one's figure to the second one's."""
    found = {(row.measure, row.step, row.peer): row for row in rows}
    sentences = []
    for wanted in json.loads(path.read_text(encoding="utf-8")):
        values = []
        for peer in (wanted["peer"], wanted["against"]):
            row = found.get((wanted["measure"], wanted["step"], peer))
            values.append(row.figures.get(wanted["figure"]) if row else None)
        what = (
            f"{wanted['measure']}, {wanted['step']}: {wanted['figure']} of {wanted['peer']} "
            f"against {wanted['against']}"
        )
        if not all(values):
            sentences.append(f"{what}: not measured")
            continue
        measured = values[0] / values[1]
        if measured < wanted.get("at_least", 0):
            sentences.append(f"{what}: {measured:.3f}, but at least {wanted['at_least']} is wanted")
        if measured > wanted.get("at_most", float("inf")):
            sentences.append(f"{what}: {measured:.3f}, but at most {wanted['at_most']} is wanted")
    return sentences
