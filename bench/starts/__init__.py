"""Benchmarks of what starts: functions, their first calls, the command on a new machine."""
