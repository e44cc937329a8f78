"""`python -m tests.golden.update` writes the golden files from what the code does now."""

from tests.golden.golden_errors import write_groups
from tests.golden.golden_stored import write_files

if __name__ == "__main__":
    write_groups()
    write_files()
