"""Prints, as JSON, what a deployment has made in the account that AWS_ENDPOINT_URL stands for."""

import json

import boto3


def pages(service, operation, key, **arguments):
    for page in boto3.client(service).get_paginator(operation).paginate(**arguments):
        yield from page[key]


def role(name):
    iam = boto3.client("iam")
    actions = set()
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        for statement in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]:
            action = statement["Action"]
            actions.update([action] if isinstance(action, str) else action)
    return sorted(actions)


def function(configuration):
    return {
        "runtime": configuration["Runtime"],
        "bytes": configuration["CodeSize"],
        "environment": configuration.get("Environment", {}).get("Variables", {}),
        "role": configuration["Role"].rsplit("/", 1)[1],
    }


def routes():
    api = boto3.client("apigateway")
    for rest in api.get_rest_apis()["items"]:
        for resource in api.get_resources(restApiId=rest["id"], limit=500)["items"]:
            yield from (f"{method} {resource['path']}" for method in resource.get("resourceMethods", {}))


def machines():
    states = boto3.client("stepfunctions")
    for each in pages("stepfunctions", "list_state_machines", "stateMachines"):
        machine = states.describe_state_machine(stateMachineArn=each["stateMachineArn"])
        yield {"name": machine["name"], "definition": json.loads(machine["definition"])}


functions = {each["FunctionName"]: function(each) for each in pages("lambda", "list_functions", "Functions")}
names = [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]
print(
    json.dumps(
        {
            "stacks": {
                each["StackName"]: each["StackStatus"]
                for each in pages("cloudformation", "describe_stacks", "Stacks")
            },
            "buckets": sorted(name for name in names if not name.startswith("cdk-")),
            "functions": functions,
            "roles": {each["role"]: role(each["role"]) for each in functions.values()},
            "rules": [each["ScheduleExpression"] for each in pages("events", "list_rules", "Rules")],
            "routes": sorted(routes()),
            "machines": list(machines()),
        }
    )
)
