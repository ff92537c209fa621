"""The forms of the weekly, as data (see docs/weekly.md)."""
