/** Why a figure is not reached, by its text in the table; a test refuses what is no longer so. */
export const REASONS: Readonly<Record<string, string>> = {
  'Redrive of 10,000 at 500/s: off by':
    'The rate is never exceeded, and not held: each dead letter costs a conditional write of its own, and on two cores the one thread of the stand-in for DynamoDB and the one that works the job wait for each other. Of 18 s in the middle of it, the stand-in had 13 s of processor time, work-dlq-jobs 13 s, the broker 2 s.',
  'Redrive of 10,000 at 500/s: stretches of 1,000 off by':
    'The same. The quickest stretches hold the rate; where the stand-in writes its files anew, a stretch falls behind, and more than a second is not caught up with.',
};
