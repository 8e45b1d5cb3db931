import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import config from '../../../vitest.config.ts';
import { stagesOf, vitestArguments } from '../../support/test-groups.ts';
import { ROOT } from '../../support/source-files.ts';

/** Name and pattern of each vitest project. */
const projects = (config.test?.projects ?? []).flatMap((project) =>
  typeof project === 'object' && 'test' in project ? [project.test] : [],
);

describe('npm test', () => {
  it('runs every project but those of the deployment, and the long ones only with --full', () => {
    const names = projects.map((project) => project?.name).filter((name) => name !== 'deploy');

    const projectsOf = (args: string[]) => stagesOf(args).stages.flat(2).map(String).toSorted();

    expect(projectsOf([])).toEqual(
      names
        .filter((name) => name !== 'slow' && name !== 'other-behaviour')
        .map(String)
        .toSorted(),
    );
    expect(projectsOf(['--full'])).toEqual(names.map(String).toSorted());
    expect(stagesOf(['--deploy', '--bail=1'])).toEqual({
      stages: [[['deploy']]],
      more: ['--bail=1'],
    });
    expect(stagesOf(['--full', 'a-file'])).toMatchObject({ more: ['a-file'] });
  });

  // A group of two would pass with the tests of one.
  it.each(projects)('$name finds tests', (project) => {
    expect(globSync(project?.include ?? [], { cwd: ROOT })).not.toEqual([]);
  });

  it('fails where a group finds no tests', () => {
    expect(vitestArguments(['unit'], [], 'report.json')).not.toContain('--passWithNoTests');
    expect(vitestArguments(['slow'], ['--bail=1'], 'report.json')).not.toContain(
      '--passWithNoTests',
    );
  });

  it('does not where a file was asked for, which most groups have not', () => {
    expect(vitestArguments(['unit'], ['tail-records'], 'report.json')).toContain(
      '--passWithNoTests',
    );
  });
});
