"""Infrastructure: what a layer becomes in AWS on a stage, as templates that tools deploy."""

from .cloudformation import cloudformation
from .files import Format, stack_file, template_text
from .stack import stack_of
from .terraform import terraform

__all__ = ["Format", "cloudformation", "stack_file", "stack_of", "template_text", "terraform"]
