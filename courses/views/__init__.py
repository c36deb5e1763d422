"""Thin edges: read the request, call the domain, answer."""
