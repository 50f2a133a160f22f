"""The web page: ask in Chinese, read the answer, and see each source marked on its PDF page.

`build` makes the Gradio page, `build_app` puts it on a FastAPI application beside the page
pictures (where other pages and an HTTP API can be added), `serve` runs that application.
"""

from assistant.web.app import build_app
from assistant.web.chat import build
from assistant.web.serve import serve

__all__ = ["build", "build_app", "serve"]
