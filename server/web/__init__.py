"""Browsers: pages, phones that play, watchers, and figures for monitors.

Two parts, which meet at the private connection (`private`, `status_line`, petard.server.policy.proxy_header):

* in the room's process, without asyncio: `service` starts the others (`child`, `started_process`), tells them
  `figures`, admits connections;
* in the web process: `process` (from start to end), `site` (which path returns what), `pages`, `metrics`, `hosts` and
  `browsers` (who may ask), `bridge` (a browser that plays), `relay` and `watchers` (browsers that watch), `room_line`.

A relay (`relay_process`) is a program by itself, with the same pages and watchers: `upstream` is its line to a room's
public port, `games` are the games that watch over TCP. The room starts one of its own (`own_relay`) while browsers
watch: the web process passes their connections on to it (`handoff`), so that a crowd of watchers slows no pad.
"""
