import type { Resource } from './table-resources.ts';

/** A schema registry in AWS Glue; it outlives the stack, as the dead letters do that cannot be read without it. Pure. */
export function registryResources(name: string): Readonly<Record<string, Resource>> {
  return {
    SchemaRegistry: {
      Type: 'AWS::Glue::Registry',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Name: name, Description: 'Schemas of dead letters and order events' },
    },
  };
}
