"""The text of templates, YAML or JSON, as values that know their lines."""
