"""Schema registries of AWS Glue in stacks, which moto does not know."""

from moto.core.common_models import CloudFormationModel
from moto.glue.models import glue_backends
from unknown import refuse_unknown

REGISTRY_KNOWN = ["Name", "Description"]


class GlueRegistry(CloudFormationModel):
    """moto finds models among the direct subclasses of its own class, and reads a model's service from `__module__`."""

    __module__ = "moto.glue.models"

    def __init__(self, arn):
        self.arn = arn

    @property
    def physical_resource_id(self):
        return self.arn

    @staticmethod
    def cloudformation_name_type():
        return "Name"

    @staticmethod
    def cloudformation_type():
        return "AWS::Glue::Registry"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        properties = cloudformation_json["Properties"]
        refuse_unknown("Registry", properties, REGISTRY_KNOWN)
        backend = glue_backends[account_id][region_name]
        # It refuses a name that is taken, as AWS does.
        made = backend.create_registry(properties["Name"], properties.get("Description"))
        return cls(made["RegistryArn"])

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        raise ValueError("Registry: the adapter cannot change one")

    def delete(self, account_id, region_name):
        raise ValueError("Registry: one was to be deleted, and dead letters cannot be read without it")
