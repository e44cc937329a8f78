"""How a program on Trueup is tested: on SQLite by default, and on the database of production."""
