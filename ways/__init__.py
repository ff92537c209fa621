"""The doors: HTTP, feeds, exports, alerts and MCP. Thin: what they answer comes from search and weekly."""
