"""The report: how complete a layer is, counted from facts and results, never written by hand."""
