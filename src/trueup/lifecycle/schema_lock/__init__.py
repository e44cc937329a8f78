"""The lock file of a schema: what a server made of the declared tables, to compare with elsewhere.

The file is committed with the declarations. So production is compared by SELECTs alone, by a role
that may make nothing; where there is no such file, the server that is compared makes the tables.
"""
