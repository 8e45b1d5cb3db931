import type { Break } from './break.ts';

const REINDEX = 'test/integration/reindex.test.ts';
const FLOW = 'test/unit/flow/reindex.test.ts';

/** The index made anew from the topic, the topic mended, the groups counted. */
export const REINDEXING: readonly Break[] = [
  {
    name: 'first-record-of-a-key',
    guarantee: 'a reindex goes by the last record of each key',
    file: 'lib/flow/reindex-topic.ts',
    find: 'if (record.key !== null) last.set(',
    replace: 'if (record.key !== null && !last.has(String(record.key))) last.set(',
    test: {
      file: REINDEX,
      name: 'the index is lost > and all that is in the topic comes back as open, with its exact bytes; what has ended does not',
    },
  },
  {
    name: 'met-and-forgotten',
    guarantee: 'what has ended does not come back, however many parts a reindex has',
    file: 'lib/flow/reindex-topic.ts',
    find: 'withMet(next, prefixes, metMax)',
    replace: 'withMet(next, prefixes.slice(0, 0), metMax)',
    test: {
      file: REINDEX,
      name: 'the index is lost > and it comes back in many parts as well, over windows, passes and pages',
    },
  },
  {
    name: 'one-pass-only',
    guarantee: 'ids that a pass left out get one of their own',
    file: 'lib/decide/reindex-pass.ts',
    find: 'if (toPrefix >= PREFIXES) return',
    replace: 'if (toPrefix >= 0) return',
    test: {
      file: REINDEX,
      name: 'the index is lost > and it comes back in many parts as well, over windows, passes and pages',
    },
  },
  {
    name: 'tombstones-are-ignored',
    guarantee: 'a tombstone ends an item that has not ended',
    file: 'lib/decide/reindex.ts',
    find: "if (isTombstone) return isFinal(item.state) ? 'none' : 'not-ended';",
    replace: "if (isTombstone) return 'none';",
    test: {
      file: REINDEX,
      name: 'index and topic differ > a tombstone ends what an older index, which was restored, takes for open',
    },
  },
  {
    name: 'envelope-stays',
    guarantee: 'what has ended is erased again where a late writer brought it back',
    file: 'lib/decide/reindex.ts',
    find: "return isFinal(item.state) ? 'not-erased' : 'none';",
    replace: "return 'none';",
    test: {
      file: REINDEX,
      name: 'index and topic differ > an envelope that a late writer brought back is erased again',
    },
  },
  {
    name: 'record-behind-the-item',
    guarantee: 'a record that is not the last any more changes nothing',
    file: 'lib/decide/reindex.ts',
    find: ' || item.envelopeAt.offset > at.offset) return',
    replace: ') return',
    test: {
      file: 'test/unit/decide/reindex.test.ts',
      name: 'the last record of a key, and its item > open, pointing behind the record or elsewhere: nothing',
    },
  },
  {
    name: 'met-and-left-out-of-the-cursor',
    guarantee: 'a reindex beside traffic reopens nothing that has ended, wherever it is cut off',
    file: 'lib/codec/reindex-cursor.ts',
    find: 'writeMet(met).toString',
    replace: 'writeMet(met.slice(0, 0)).toString',
    test: {
      file: 'test/integration/reindex-beside-traffic.test.ts',
      name: 'a reindex, over and over while orders fail, are redriven, discarded, restored and purged, changes nothing that is right and mends what is lost',
    },
  },
  {
    name: 'former-version-stays',
    guarantee: 'after an upgrade, a reindex gives the dead letters of before their groups',
    file: 'lib/decide/reindex.ts',
    find: 'return history.length === 0;',
    replace: 'return history.length < 0;',
    test: {
      file: 'test/integration/reindex-former-version.test.ts',
      name: 'what a version without groups wrote is found by its group and counted, once a reindex ran',
    },
  },
  {
    name: 'group-without-its-place',
    guarantee: 'a group that a reindex makes is named as the writer names it',
    file: 'lib/flow/reindex-sweep.ts',
    find: 'return whole?.group === group ? whole',
    replace: 'return whole?.group !== group && whole ? whole',
    test: {
      file: REINDEX,
      name: 'groups whose counts were spoiled, or whose rows were lost, are counted anew',
    },
  },
  {
    name: 'groups-by-activity',
    guarantee: 'a reindex counts every group, whatever fails while it goes on',
    file: 'lib/flow/reindex-groups.ts',
    find: 'await groups.sweep(bounds.pageGroups, state.after);',
    replace:
      "await groups.list(bounds.pageGroups, state.after === null ? null : { lastSeenAtMs: Number(state.after.split('#')[0]), group: state.after.split('#')[1] ?? '' }).then((page) => ({ groups: page.groups.map(({ group }) => group), next: page.next && `${page.next.lastSeenAtMs}#${page.next.group}` }));",
    test: {
      file: FLOW,
      name: 'groups > are all counted, whatever fails meanwhile in those that are still to come',
    },
  },
  {
    name: 'lost-answer-is-nobodys',
    guarantee: 'what a reindex wrote is told and counted once, where the answer was lost as well',
    file: 'lib/flow/put-item.ts',
    find: 'if (found !== undefined && hasChange(found, item)) return true;',
    replace: '',
    test: {
      file: 'test/unit/flow/reindex-lost-answers.test.ts',
      name: 'an answer to a repeated request: somebody was first > an envelope that the index lost is mended, told and counted once',
    },
  },
  {
    name: 'renewed-and-without-group',
    guarantee: 'what a reindex renewed has a group, where the answer was lost as well',
    file: 'lib/flow/reindex-sweep.ts',
    find: 'if (!(await putOrFind(next.item, index))) return false;',
    replace: 'if (!(await index.put(next.item, item.revision))) return false;',
    test: {
      file: 'test/unit/flow/reindex-lost-answers.test.ts',
      name: 'an answer to a repeated request: somebody was first > an item of a former version is mended, told and counted once',
    },
  },
  {
    name: 'reindex-without-name',
    guarantee: 'of two reindexes at once, each tells what it wrote',
    file: 'lib/flow/reindex.ts',
    find: 'const stepDeps = { ...deps, by, invocation,',
    replace: "const stepDeps = { ...deps, by, invocation: 'another',",
    test: {
      file: 'test/unit/flow/reindex-lost-answers.test.ts',
      name: 'what another reindex wrote in the same instant is its own',
    },
  },
  {
    name: 'recount-over-changes',
    guarantee: 'counts are written only where no change came in between',
    file: 'lib/flow/reindex-groups.ts',
    find: 'countsOf(tally), tally.since)',
    replace: 'countsOf(tally), await groups.version(tally.group))',
    test: {
      file: FLOW,
      name: 'groups > that change while they are counted are counted again',
    },
  },
];
