"""How the documentation is built: `make docs`."""

project = "Trueup"
author = "the Trueup maintainers"
release = "0.1.0"
version = release

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["fieldlist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Trueup"
html_show_sphinx = False
