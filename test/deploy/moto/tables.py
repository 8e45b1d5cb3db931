"""Tables: moto drops point-in-time recovery."""

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
