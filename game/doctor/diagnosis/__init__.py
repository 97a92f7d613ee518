"""The pure part of the doctor: what was found out as values, the diagnosis made from it, and both as text."""
