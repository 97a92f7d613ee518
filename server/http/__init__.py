"""A server as seen over HTTP: a page for people, JSON and metrics for programs, and a health check.

Read in this order: `figures` (what the loop publishes, also as JSON), `site` (which path returns what), `pages`,
`picture` and `metrics` (the contents); then the shell: `request` (bytes to a request), `server` (threads and their
limits), `service` (its part in the loop).
"""
