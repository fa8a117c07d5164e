"""Results as tables for docs/PERFORMANCE.md: one for each measurement and step."""

from bench.driver.measures import ALL as MEASURES
from bench.driver.ratios import REFERENCE, compared, disturbed, grouped, without_empty_columns

# The tables of the document leave out what only says whether a run can be trusted.
COLUMNS = (
    ("CPU µs each", "server_cpu_us_per_"),
    ("server's cores", "server_cores"),
    ("p50 µs", "p50_us"),
    ("p99 µs", "p99_us"),
)


def tables(rows):
    return "\n".join(table(*key, group) for key, group in grouped(rows).items())


def table(measure_name, step, rows):
    measure = MEASURES[measure_name]
    lines = [[
        "peer", measure.figure.replace("_", " "), f"{REFERENCE} : peer",
        *(head for head, _ in COLUMNS), f"CPU, {REFERENCE} : peer",
    ]]
    for row, (figure, *others) in zip(rows, compared(measure, rows, COLUMNS)):
        peer = f"`{row.peer}`" + (" (disturbed)" if disturbed(row) else "")
        lines.append([peer, row.note if figure == "-" and row.note else figure, *others])
    heads, *body = without_empty_columns(lines)
    rules = ["---", *("---:" for _ in heads[1:])]
    title = f"{measure.help}{', ' + step if step else ''}"
    return f"*{title}*\n\n" + "\n".join(f"| {' | '.join(x)} |" for x in (heads, rules, *body)) + "\n"
