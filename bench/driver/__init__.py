"""Starts servers in turns, has klatsch-bench measure them, and compares what came of it."""
