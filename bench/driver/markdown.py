"""Results as tables for docs/PERFORMANCE.md: one for each measurement and step."""

from bench.driver.measures import ALL as MEASURES
from bench.driver.ratios import REFERENCE, cell, cpu_of, disturbed, number, ratio

# The tables of the document leave out what only says whether a run can be trusted.
COLUMNS = (
    ("CPU µs each", "server_cpu_us_per_"),
    ("server's cores", "server_cores"),
    ("p50 µs", "p50_us"),
    ("p99 µs", "p99_us"),
)


def tables(rows):
    groups = {}
    for row in rows:
        groups.setdefault((row.measure, row.step), []).append(row)
    return "\n".join(table(*key, group) for key, group in groups.items())


def table(measure_name, step, rows):
    measure = MEASURES[measure_name]
    ours = next((row for row in rows if row.peer == REFERENCE), None)
    our_figure = ours.figures.get(measure.figure) if ours else None
    heads = [
        "peer", measure.figure.replace("_", " "), f"{REFERENCE} : peer",
        *(head for head, _ in COLUMNS), "CPU, klatsch : peer",
    ]
    lines = []
    for row in rows:
        figure = row.figures.get(measure.figure)
        our_cpu = cpu_of(ours) if ours else None
        lines.append([
            f"`{row.peer}`" + (" (disturbed)" if disturbed(row) else ""),
            number(figure) if figure is not None else row.note or "-",
            ratio(our_figure, figure),
            *(cell(row, begin) for _, begin in COLUMNS),
            ratio(our_cpu, cpu_of(row)),
        ])
    kept = [i for i in range(len(heads)) if any(line[i] != "-" for line in lines)]
    title = f"{measure.help}{', ' + step if step else ''}"
    rules = ["---" if i == 0 else "---:" for i in kept]
    body = [[heads[i] for i in kept], rules, *([line[i] for i in kept] for line in lines)]
    return f"*{title}*\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in body) + "\n"
