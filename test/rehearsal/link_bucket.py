"""Deploys the template for owners of linked buckets, and prints what its role trusts."""

import json
import sys

import boto3

with open(sys.argv[1], encoding="utf-8") as file:
    template = file.read()
parameters = {
    "BucketName": "cars",
    "TrustedRoles": "arn:aws:iam::123456789012:role/objects,arn:aws:iam::123456789012:role/images",
    "ExternalId": "0123-4567-89ab-cdef",
    "RoleName": "cars",
}
stacks = boto3.client("cloudformation")
stacks.create_stack(
    StackName="linked-cars",
    TemplateBody=template,
    Capabilities=["CAPABILITY_NAMED_IAM"],
    Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
)
(output,) = stacks.describe_stacks(StackName="linked-cars")["Stacks"][0]["Outputs"]
role = boto3.client("iam").get_role(RoleName="cars")["Role"]
(statement,) = role["AssumeRolePolicyDocument"]["Statement"]
print(
    json.dumps(
        {
            "externalId": statement["Condition"]["StringEquals"]["sts:ExternalId"],
            "arn": output["OutputValue"],
        }
    )
)
