/** Why a figure is not reached, by its text in the table; a test refuses what is no longer so. */
export const REASONS: Readonly<Record<string, string>> = {
  'Redrive of 10,000 at 500/s: stretches of 1,000 off by':
    'It differs from run to run: the median was 1 to 2 % in two other runs, and 10 % in this one. A job that fell behind catches up, so that the whole holds its rate; what held it up on this machine of two cores was not looked for.',
};
