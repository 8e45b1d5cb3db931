"""Versions of functions: `Ref` is the version's ARN."""

from moto.awslambda import models as lambda_models

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
