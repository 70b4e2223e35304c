"""Writes models.json: what botocore's data says about the operations that Plateline uses.

    pip install botocore && python3 trim-models.py
"""

import gzip
import json
import os

import botocore

OPERATIONS = {
    "dynamodb": (
        "2012-08-10",
        [
            "BatchGetItem",
            "BatchWriteItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "Scan",
            "UpdateItem",
        ],
    ),
    "s3": (
        "2006-03-01",
        ["GetBucketVersioning", "GetObject", "HeadObject", "ListObjectVersions", "ListObjectsV2", "PutObject"],
    ),
    "sns": ("2010-03-31", ["ListSubscriptionsByTopic", "PublishBatch", "Subscribe", "Unsubscribe"]),
    "sqs": (
        "2012-11-05",
        [
            "ChangeMessageVisibility",
            "ChangeMessageVisibilityBatch",
            "CreateQueue",
            "DeleteMessage",
            "DeleteMessageBatch",
            "DeleteQueue",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ListMessageMoveTasks",
            "ReceiveMessage",
            "SendMessage",
            "SendMessageBatch",
            "StartMessageMoveTask",
        ],
    ),
    "ssm": ("2014-11-06", ["DeleteParameter", "GetParameters", "PutParameter"]),
}
KEPT = ("type", "required", "min", "max", "pattern", "enum", "union")


def reference(member):
    kept = {name: member[name] for name in ("shape", "location", "locationName") if name in member}
    return kept


def trimmed_shape(shape):
    trimmed = {name: shape[name] for name in KEPT if name in shape}
    if "members" in shape:
        trimmed["members"] = {name: reference(member) for name, member in shape["members"].items()}
    for name in ("member", "key", "value"):
        if name in shape:
            trimmed[name] = reference(shape[name])
    return trimmed


def trim(model, operations):
    shapes = {}

    def keep(name):
        if name in shapes:
            return
        shape = model["shapes"][name]
        shapes[name] = trimmed_shape(shape)
        for member in [*shape.get("members", {}).values(), *(shape[n] for n in ("member", "key", "value") if n in shape)]:
            keep(member["shape"])

    kept = {}
    for name in operations:
        operation = model["operations"][name]
        kept[name] = {"http": {n: operation["http"][n] for n in ("method", "requestUri")}}
        for side in ("input", "output"):
            if side in operation:
                kept[name][side] = operation[side]["shape"]
                keep(operation[side]["shape"])
        kept[name]["errors"] = [error["shape"] for error in operation.get("errors", [])]
    return {"operations": kept, "shapes": dict(sorted(shapes.items()))}


data = os.path.join(os.path.dirname(botocore.__file__), "data")
models = {"botocore": botocore.__version__}
for service, (version, operations) in OPERATIONS.items():
    with gzip.open(os.path.join(data, service, version, "service-2.json.gz")) as file:
        models[service] = trim(json.load(file), operations)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json"), "w") as file:
    json.dump(models, file, indent=1)
    file.write("\n")
