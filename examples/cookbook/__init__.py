"""Published designs of single tables, as Trueup declares them.

Each module has the tables, the items as boto3 writes them, the questions, and one change.
"""
