"""Event source mappings on MSK: moto refuses the ARN."""

from moto.awslambda import models as lambda_models
from moto.kafka.models import kafka_backends
from unknown import refuse_unknown

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
