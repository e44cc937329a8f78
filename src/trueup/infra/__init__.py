"""Infrastructure: what a layer becomes in AWS on a stage, as templates that tools deploy."""

from .formats.cloudformation import cloudformation
from .formats.files import Format, stack_file, template_text
from .formats.terraform.configuration import terraform
from .stack import stack_of

__all__ = ["Format", "cloudformation", "stack_file", "stack_of", "template_text", "terraform"]
