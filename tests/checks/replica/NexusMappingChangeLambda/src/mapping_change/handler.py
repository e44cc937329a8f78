"""Tells reviewers of mappings that changed."""


def handler(event, context):
    changed = []
    for record in event["Records"]:
        if record["eventName"] == "MODIFY":
            image = record["dynamodb"]["NewImage"]
            changed.append(image["mappingKey"]["S"])
    return {"changed": changed}
