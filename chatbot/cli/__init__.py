"""The command line: what is read, done and printed, and the tool for MCP clients."""
