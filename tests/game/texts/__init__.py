"""Tests of the texts of the window, and of their translations."""
