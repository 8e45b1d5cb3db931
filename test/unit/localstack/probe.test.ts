import { expect, it } from 'vitest';
import { javaMajor } from '../../../localstack/probe.ts';

it.each([
  { says: 'openjdk version "17.0.15" 2025-04-15', major: 17 },
  { says: 'java version "1.8.0_402"', major: 8 },
  { says: 'openjdk version "21" 2023-09-19 LTS', major: 21 },
  { says: 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25.0.1"', major: 25 },
  { says: 'openjdk version "24-ea" 2025-03-18', major: 24 },
  {
    says: 'The operation couldn’t be completed. Unable to locate a Java Runtime.',
    major: undefined,
  },
  { says: '', major: undefined },
])('"$says" is Java $major', ({ says, major }) => {
  expect(javaMajor(says)).toBe(major);
});
