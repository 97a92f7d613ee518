"""Tests of server/admin."""
