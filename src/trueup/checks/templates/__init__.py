"""Checks of templates: what deploys, or nearly, and does not do what it is for."""
