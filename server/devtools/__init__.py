"""Recorded matches and captures without a screen: played again, compared, made shorter."""
