"""One harness for all measurements: `python -m tests.bench` (docs/performance.md).

`table.py` lists what is measured; a measurement is a Figure, which reads one value of a Probe and may compare it with
one value of another Probe, its reference, of the same run.
"""
