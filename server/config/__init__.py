"""The settings of petard-server: one table, from which come flags, environment, file, help and the page on hosting."""
