"""Configuration: options, TRUEUP_* variables and [tool.trueup], resolved to one stage."""

from .loading import load_layer
from .opening import connect_stage, open_stage, open_stage_async
from .stage import Stage, StagedLayer, find_stage, load_project_layer, load_stage
from .variables import VARIABLES, StageOptions

__all__ = [
    "VARIABLES",
    "Stage",
    "StageOptions",
    "StagedLayer",
    "connect_stage",
    "find_stage",
    "load_layer",
    "load_project_layer",
    "load_stage",
    "open_stage",
    "open_stage_async",
]
