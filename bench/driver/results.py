"""Reads the results of a run: one row for each measurement, step and peer, figures as medians."""

import json
import statistics
from dataclasses import dataclass, field


@dataclass
class Row:
    measure: str
    step: str
    peer: str
    figures: dict = field(default_factory=dict)
    # Why there are no figures.
    note: str = ""
    rounds: int = 0


def read(path):
    groups = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        key = (line["measure"], line.get("step", ""), line["peer"])
        groups.setdefault(key, []).append(line)
    return [row_of(key, lines) for key, lines in groups.items()]


def row_of(key, lines):
    row = Row(*key)
    # A run that failed once is not made good by one that didn't.
    for line in lines:
        row.note = row.note or line.get("failed") or line.get("left_out") or ""
    good = [line for line in lines if "failed" not in line and "left_out" not in line]
    row.rounds = len(good)
    names = {name for line in good for name, value in line.items() if isinstance(value, (int, float))}
    row.figures = {
        name: statistics.median(line[name] for line in good if name in line) for name in names
    }
    return row
