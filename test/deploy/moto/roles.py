"""Roles: moto leaves the policies as they were at an update, and a policy of a stack is no JSON in it."""

import json

from moto.iam.models import Role
from unknown import refuse_unknown

put_policy = Role.put_policy
Role.put_policy = lambda self, name, document: put_policy(
    self, name, document if isinstance(document, str) else json.dumps(document)
)

ROLE_KNOWN = ["AssumeRolePolicyDocument", "Policies", "RoleName", "Path"]
create_role = Role.create_from_cloudformation_json.__func__


def create_known_role(cls, name, template, account_id, region_name, **kwargs):
    refuse_unknown("Role", template["Properties"], ROLE_KNOWN)
    return create_role(cls, name, template, account_id, region_name, **kwargs)


def update_role(cls, original_resource, new_resource_name, cloudformation_json, **_):
    properties = cloudformation_json["Properties"]
    refuse_unknown("Role", properties, ROLE_KNOWN)
    role = original_resource
    role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
    wanted = {policy["PolicyName"]: policy for policy in properties.get("Policies", [])}
    for name in [name for name in role.policies if name not in wanted]:
        role.delete_policy(name)
    for name, policy in wanted.items():
        role.put_policy(name, policy["PolicyDocument"])
    return role


Role.create_from_cloudformation_json = classmethod(create_known_role)
Role.update_from_cloudformation_json = classmethod(update_role)
