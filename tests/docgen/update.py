"""`python -m tests.docgen.update` writes the golden pages from what the code does now."""

from tests.docgen.layers import SHOP
from tests.docgen.test_pages import GOLDEN, pages_of

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in pages_of(SHOP).items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
