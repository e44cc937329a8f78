"""What the tables hold."""

from pydantic import BaseModel


class Framework(BaseModel):
    frameworkName: str
    version: str
    frameworkKey: str
    status: str = "ACTIVE"


class Control(BaseModel):
    frameworkKey: str
    controlKey: str
    title: str
    status: str = "ACTIVE"


class Mapping(BaseModel):
    controlKey: str
    mappedControlKey: str
    mappingKey: str
    mappingWorkflowKey: str
    status: str = "PROPOSED"
    timestamp: str


class Review(BaseModel):
    mappingKey: str
    reviewKey: str
    reviewerId: str
    submittedAt: str


class Feedback(BaseModel):
    mappingKey: str
    reviewerId: str
    comment: str
