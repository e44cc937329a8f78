"""One module per library that is measured, named as its rows are.

Each has a class `Library`, opened with the URL of the server. Its methods with the names of
operations (see `operations.py`) are those that it is measured in; what it does not offer, or what
would only repeat another row, is not there. `plain` gives the values of items that were read.
"""
