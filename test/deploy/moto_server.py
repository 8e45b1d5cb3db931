"""
moto's server with what it lacks to take this service's stack in. Every addition writes through moto's own backends, so
that the SDK reads what was really stored, and refuses a property that it does not understand instead of dropping it.

usage: moto_server.py PORT
"""

import inspect
import json
import re
import sys

from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.awslambda import models as lambda_models
from moto.cloudformation import models as stacks, parsing
from moto.core.common_models import CloudFormationModel
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.iam.access_control import PermissionResult
from moto.iam.models import Role
from moto.kafka.models import FakeKafkaCluster, kafka_backends
from moto.s3.models import FakeBucket, s3_backends
from moto.server import main
from moto.utilities.utils import get_partition


def refuse_unknown(kind, properties, known):
    unknown = sorted(set(properties) - set(known))
    if unknown:
        raise ValueError(f"{kind}: the adapter does not know {', '.join(unknown)}")


# --- HTTP API: moto has the API, CloudFormation in moto does not -------------------------------------------------------


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def arguments(kind, method, properties, fixed=()):
    """Properties of CloudFormation as arguments of a backend's method; what is not set is None."""
    given = {snake(name): value for name, value in properties.items()}
    names = [name for name in inspect.signature(method).parameters if name not in fixed]
    refuse_unknown(kind, given, [*names, "api_id"])
    return {name: given.get(name) for name in names}


class HttpApiResource:
    """moto finds models among the direct subclasses of its own class, and reads a model's service from `__module__`."""

    def __init__(self, api_id, physical_id):
        self.api_id = api_id
        self.physical_id = physical_id

    @property
    def physical_resource_id(self):
        return self.physical_id

    @classmethod
    def backend(cls, account_id, region_name):
        return apigatewayv2_backends[account_id][region_name]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        properties = cloudformation_json["Properties"]
        return cls.create(cls.backend(account_id, region_name), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        properties = cloudformation_json["Properties"]
        original_resource.update(cls.backend(account_id, region_name), properties)
        return original_resource

    def delete(self, account_id, region_name):
        try:
            self.remove(self.backend(account_id, region_name))
        except APIGatewayV2Error:
            pass  # Gone together with its API.


class HttpApi(HttpApiResource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"

    @staticmethod
    def cloudformation_name_type():
        return "Name"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Api"

    @classmethod
    def create(cls, backend, properties):
        api = backend.create_api(**arguments("Api", backend.create_api, properties))
        return cls(api.api_id, api.api_id)

    def update(self, backend, properties):
        backend.update_api(
            **arguments("Api", backend.update_api, properties, fixed=["api_id"]), api_id=self.api_id
        )

    def remove(self, backend):
        backend.delete_api(self.api_id)


class HttpIntegration(HttpApiResource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Integration"

    @classmethod
    def create(cls, backend, properties):
        method = backend.create_integration
        made = method(**arguments("Integration", method, properties))
        return cls(properties["ApiId"], made.id if hasattr(made, "id") else made.integration_id)

    def update(self, backend, properties):
        method = backend.update_integration
        values = arguments("Integration", method, properties, fixed=["integration_id"])
        method(**values, integration_id=self.physical_id)

    def remove(self, backend):
        backend.delete_integration(self.api_id, self.physical_id)


class HttpRoute(HttpApiResource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Route"

    @classmethod
    def create(cls, backend, properties):
        method = backend.create_route
        return cls(
            properties["ApiId"], method(**arguments("Route", method, properties)).route_id
        )

    def update(self, backend, properties):
        values = arguments("Route", backend.update_route, properties, fixed=["route_id"])
        backend.update_route(**values, route_id=self.physical_id)

    def remove(self, backend):
        backend.delete_route(self.api_id, self.physical_id)


class HttpStage(HttpApiResource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"

    @staticmethod
    def cloudformation_type():
        return "AWS::ApiGatewayV2::Stage"

    @classmethod
    def create(cls, backend, properties):
        known = ["ApiId", "StageName", "AutoDeploy", "DefaultRouteSettings"]
        refuse_unknown("Stage", properties, known)
        config = {camel(name): value for name, value in properties.items() if name != "ApiId"}
        config["defaultRouteSettings"] = {
            camel(name): value for name, value in properties["DefaultRouteSettings"].items()
        }
        return cls(
            properties["ApiId"], backend.create_stage(properties["ApiId"], config).name
        )

    def update(self, backend, properties):
        self.create(backend, properties)

    def remove(self, backend):
        backend.delete_stage(self.api_id, self.physical_id)


def camel(name):
    return name[0].lower() + name[1:]


# --- the deployment bucket's policy ------------------------------------------------------------------------------------


class BucketPolicy(CloudFormationModel):
    __module__ = "moto.s3.models"

    def __init__(self, bucket):
        self.bucket = bucket

    @staticmethod
    def cloudformation_type():
        return "AWS::S3::BucketPolicy"

    @property
    def physical_resource_id(self):
        return self.bucket

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        properties = cloudformation_json["Properties"]
        backend = s3_backends[account_id][get_partition(region_name)]
        backend.put_bucket_policy(
            properties["Bucket"], json.dumps(properties["PolicyDocument"]).encode()
        )
        return cls(properties["Bucket"])

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        return cls.create_from_cloudformation_json("", cloudformation_json, account_id, region_name)

    def delete(self, account_id, region_name):
        backend = s3_backends[account_id][get_partition(region_name)]
        if self.bucket in backend.buckets:
            backend.delete_bucket_policy(self.bucket)


# It denies what does not come over TLS. moto leaves conditions out and would deny everything: stored, not enforced.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL


# --- event source mappings on MSK --------------------------------------------------------------------------------------

Mapping = lambda_models.EventSourceMapping
own_arn = Mapping.event_source_arn.fset
own_batch_size = Mapping.batch_size.fset
# Of AWS::Lambda::EventSourceMapping those that moto stores; anything else it would drop without a word.
MAPPING_KNOWN = {
    "AmazonManagedKafkaEventSourceConfig",
    "BatchSize",
    "BisectBatchOnFunctionError",
    "DestinationConfig",
    "Enabled",
    "EventSourceArn",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ProvisionedPollerConfig",
    "StartingPosition",
    "Topics",
}
# AWS replaces the mapping, or has no way to change it.
MAPPING_FIXED = [
    "EventSourceArn",
    "StartingPosition",
    "Topics",
    "AmazonManagedKafkaEventSourceConfig",
]


def is_kafka(arn):
    return arn.split(":")[2] == "kafka"


def set_arn(self, arn):
    if not is_kafka(arn):
        return own_arn(self, arn)
    self._event_source_arn = arn


def set_batch_size(self, size):
    if not is_kafka(self.event_source_arn):
        return own_batch_size(self, size)
    self._batch_size = 100 if size is None else int(size)
    if not 1 <= self._batch_size <= 10_000:
        raise ValueError(f"BatchSize {size}")


Mapping.event_source_arn = property(Mapping.event_source_arn.fget, set_arn)
Mapping.batch_size = property(Mapping.batch_size.fget, set_batch_size)

Backend = lambda_models.LambdaBackend
create_other_mapping = Backend.create_event_source_mapping


def create_mapping(self, spec):
    arn = spec.get("EventSourceArn", "")
    if not arn or not is_kafka(arn):
        return create_other_mapping(self, spec)
    refuse_unknown("EventSourceMapping", spec, MAPPING_KNOWN)
    if arn not in kafka_backends[self.account_id][self.region_name].clusters:
        raise lambda_models.RESTError("ResourceNotFoundException", f"No cluster {arn}")
    group = (spec.get("AmazonManagedKafkaEventSourceConfig") or {}).get("ConsumerGroupId")
    for other in self._event_source_mappings.values():
        if group and (other.kafka_config or {}).get("ConsumerGroupId") == group:
            raise lambda_models.RESTError(
                "ResourceConflictException", f"The group {group} has a mapping"
            )
    function = self._lambdas.get_function_by_name_or_arn_with_qualifier(spec["FunctionName"])
    owned = {
        "RegionName": self.region_name,
        "AccountId": self.account_id,
        "FunctionArn": function.function_arn,
    }
    mapping = Mapping({**spec, **owned})
    self._event_source_mappings[mapping.uuid] = mapping
    return mapping


Backend.create_event_source_mapping = create_mapping

update_other_mapping = Backend.update_event_source_mapping


def update_mapping(self, uuid, spec):
    mapping = self.get_event_source_mapping(uuid)
    if mapping and is_kafka(mapping.event_source_arn):
        refuse_unknown("EventSourceMapping", spec, MAPPING_KNOWN)
        now = mapping.get_configuration()
        changed = [name for name in MAPPING_FIXED if name in spec and spec[name] != now.get(name)]
        if changed:
            raise ValueError(f"a mapping's {', '.join(changed)} cannot be changed")
    return update_other_mapping(self, uuid, spec)


Backend.update_event_source_mapping = update_mapping

# moto's ARNs of clusters have no name in them, and the ARNs of topics and groups are made from it.
FakeKafkaCluster._generate_arn = lambda self: (
    f"arn:{get_partition(self.region_name)}:kafka:{self.region_name}:{self.account_id}"
    f":cluster/{self.cluster_name}/{self.cluster_id}-1"
)

# --- tables: moto drops point-in-time recovery -------------------------------------------------------------------------

TABLE_KNOWN = [
    "TableName",
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "PointInTimeRecoverySpecification",
]
create_table = Table.create_from_cloudformation_json.__func__


def create_table_with_recovery(cls, name, template, account_id, region_name, **kwargs):
    properties = template["Properties"]
    refuse_unknown("Table", properties, TABLE_KNOWN)
    table = create_table(cls, name, template, account_id, region_name, **kwargs)
    recovery = properties.get("PointInTimeRecoverySpecification")
    if recovery:
        dynamodb_backends[account_id][region_name].update_continuous_backups(name, recovery)
    return table


Table.create_from_cloudformation_json = classmethod(create_table_with_recovery)

# --- roles: moto's update leaves the policies as they were, and a policy of a stack is no JSON in it -----------------

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

# --- versions: `Ref` is the version's ARN ------------------------------------------------------------------------------

Version = lambda_models.LambdaVersion
create_version = Version.create_from_cloudformation_json.__func__


def create_version_with_arn(cls, name, template, account_id, region_name, **kwargs):
    version = create_version(cls, name, template, account_id, region_name, **kwargs)
    function = lambda_models.get_backend(account_id, region_name).get_function(
        template["Properties"]["FunctionName"]
    )
    version.version_arn = f"{function.function_arn.removesuffix(':$LATEST')}:{version.version}"
    return version


Version.create_from_cloudformation_json = classmethod(create_version_with_arn)
Version.physical_resource_id = property(lambda self: self.version_arn)

# --- stacks ------------------------------------------------------------------------------------------------------------

# cfn-lint's warnings are no reason to refuse a template; AWS knows none of them.
validate = stacks.CloudFormationBackend.validate_template
stacks.CloudFormationBackend.validate_template = lambda self, template: [
    match for match in validate(self, template) if match.rule.id.startswith("E")
]

# Outputs and exports are made of the template that the stack began with, which a change set does not have.
apply_change_set = stacks.ChangeSet.apply


def apply(self):
    apply_change_set(self)
    self.stack.template = self.template
    self.stack._parse_template()
    self.stack.output_map = self.stack._create_output_map()
    backend = stacks.cloudformation_backends[self.stack.account_id][self.stack.region_name]
    backend.exports.update({export.name: export for export in self.stack.exports})


stacks.ChangeSet.apply = apply

# What AWS keeps when a resource leaves the template, moto deletes.
delete_resource = parsing.ResourceMap._delete_resource


def delete_unless_retained(self, parsed_resource, resource_json):
    if resource_json.get("DeletionPolicy") != "Retain":
        delete_resource(self, parsed_resource, resource_json)


parsing.ResourceMap._delete_resource = delete_unless_retained

# A type that nobody knows is no warning here.
known_class = parsing.resource_class_from_type


def class_or_refusal(resource_type):
    found = known_class(resource_type)
    if found is None:
        raise ValueError(f"No Moto CloudFormation support for {resource_type}")
    return found


parsing.resource_class_from_type = class_or_refusal

if __name__ == "__main__":
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
