"""The desk: what is said on the console, on standard input or in chat behind a slash is carried out here."""
