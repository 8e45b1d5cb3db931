"""HTTP APIs: moto has them, CloudFormation in moto does not."""

import inspect
import re

from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core.common_models import CloudFormationModel
from unknown import refuse_unknown

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
