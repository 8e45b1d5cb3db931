"""The deployment bucket's policy: moto has no CloudFormation model of it."""

import json

from moto.core.common_models import CloudFormationModel
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

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
