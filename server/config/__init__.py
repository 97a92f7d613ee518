"""The settings of petard-server: one table, from which flags, environment, file, help and hosting page are made."""
