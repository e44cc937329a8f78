"""Agreement: the declared stack beside the resources of templates that are no tables."""
