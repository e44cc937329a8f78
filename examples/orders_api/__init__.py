"""An HTTP API of orders, with FastAPI."""
