/** Names of the tables' indexes: what infra/tables.ts makes, and the stores ask. */

/** Dead letters by arrival; list keys are sharded, so that a flood does not fall on one partition key. */
export const BY_ARRIVAL = 'by-arrival';
/** The same within a group. */
export const BY_GROUP = 'by-group';
/** Groups by their newest failure. */
export const BY_ACTIVITY = 'by-activity';
/** Jobs that were started, within a kind, by when they were made. */
export const BY_START = 'by-start';
