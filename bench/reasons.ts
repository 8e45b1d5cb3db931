/** Why a figure is not reached, by its text in the table; a test refuses what is no longer so. */
export const REASONS: Readonly<Record<string, string>> = {};
