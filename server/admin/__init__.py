"""Admin commands: from the console, from standard input, and from chat lines that begin with a slash."""
