"""The HTTP interface: questions, documents and tables for programs, beside the web page.

Each module makes one FastAPI router (or, for agents, an MCP server) over the same assistant;
`assistant.web.app` puts them on the application. Nothing here answers questions itself.
"""
