"""Tables: moto drops point-in-time recovery and the time to live."""

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from unknown import refuse_unknown

TABLE_KNOWN = [
    "TableName",
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "PointInTimeRecoverySpecification",
    "TimeToLiveSpecification",
]
create_table = Table.create_from_cloudformation_json.__func__


def create_whole_table(cls, name, template, account_id, region_name, **kwargs):
    properties = template["Properties"]
    refuse_unknown("Table", properties, TABLE_KNOWN)
    table = create_table(cls, name, template, account_id, region_name, **kwargs)
    recovery = properties.get("PointInTimeRecoverySpecification")
    if recovery:
        dynamodb_backends[account_id][region_name].update_continuous_backups(name, recovery)
    time_to_live = properties.get("TimeToLiveSpecification")
    if time_to_live:
        dynamodb_backends[account_id][region_name].update_time_to_live(name, time_to_live)
    return table


Table.create_from_cloudformation_json = classmethod(create_whole_table)
