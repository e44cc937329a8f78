"""Infrastructure: what a layer becomes in AWS on a stage, as templates that tools deploy."""

from .formats.cloudformation import cloudformation
from .formats.files import Format, stack_files, template_text
from .formats.sam.template import sam
from .formats.terraform.configuration import terraform
from .stack import stack_of

__all__ = [
    "Format",
    "cloudformation",
    "sam",
    "stack_files",
    "stack_of",
    "template_text",
    "terraform",
]
