"""The stack of a layer as a template that is read: generated alarms go the way of all others."""

from __future__ import annotations

import json
from dataclasses import replace

from ...infra import cloudformation
from ...infra.values import Stack
from ...templates.cloudformation.stacks import read_stack
from ...templates.documents.json_events import json_events
from ...templates.documents.nodes import nodes_of
from ...templates.template import Template


def template_of(stack: Stack) -> Template:
    """The template that CloudFormation would be given. It is in no file, and has no lines."""
    text = json.dumps(cloudformation(stack))
    template = read_stack(nodes_of(json_events(text)), "", {})
    resources = {id: replace(one, line=0) for id, one in template.resources.items()}
    return replace(template, resources=resources)
