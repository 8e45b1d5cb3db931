"""Stacks: validation, outputs after a change set, what is kept, unknown types."""

from moto.cloudformation import models as stacks, parsing

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
