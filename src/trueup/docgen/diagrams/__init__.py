"""Diagrams of a layer: its tables and what refers to what, as Mermaid and as SVG."""
