"""The verbs of `petard-server replay`, one file each."""
