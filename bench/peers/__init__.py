"""The servers that klatsch is measured against, and klatsch itself; each starts on free ports."""
