import type { Break } from './break.ts';

const BUNDLES = 'test/unit/plugins/bundle-functions.test.ts';
const ZIPS = 'test/unit/plugins/zip-bundle.test.ts';

/** What is uploaded. */
export const PACKAGING: readonly Break[] = [
  {
    name: 'zip-of-this-second',
    guarantee: 'equal content gives equal zips',
    file: 'plugins/zip-bundle.ts',
    find: 'mtime: EPOCH,',
    replace: '',
    test: {
      file: ZIPS,
      name: 'equal content gives equal bytes, whenever and by whomever it was written',
    },
  },
  {
    name: 'zip-of-this-user',
    guarantee: 'equal content gives equal zips, whatever the rights of the file',
    file: 'plugins/zip-bundle.ts',
    find: 'mode: 0o100644,',
    replace: '',
    test: {
      file: ZIPS,
      name: 'equal content gives equal bytes, whenever and by whomever it was written',
    },
  },
  {
    name: 'zip-of-this-time-zone',
    guarantee: 'equal content gives equal zips, in every time zone',
    file: 'plugins/zip-bundle.ts',
    find: 'forceDosTimestamp: true,',
    replace: '',
    test: {
      file: ZIPS,
      name: 'has the same time in every time zone, and a file that Lambda may read',
    },
  },
  {
    name: 'bundle-of-this-folder',
    guarantee: 'equal sources give equal bundles, wherever they lie',
    file: 'plugins/bundle-functions.ts',
    find: "legalComments: 'none',",
    replace: "legalComments: 'none', banner: { js: `// ${root}` },",
    test: { file: BUNDLES, name: 'a bundle > has the same bytes wherever the project lies' },
  },
  {
    name: 'names-minified',
    guarantee: 'the class name of an error is what the dead letter says',
    file: 'plugins/bundle-functions.ts',
    find: 'keepNames: true,',
    replace: '',
    test: { file: BUNDLES, name: 'a bundle > keeps the class names of errors, which are data' },
  },
  {
    name: 'rewritten-under-a-start',
    guarantee: 'a bundle that did not change is not written again',
    file: 'plugins/bundle-functions.ts',
    find: 'if (present?.equals(contents)) return;',
    replace: '',
    test: {
      file: BUNDLES,
      name: 'a bundle > is not written again where nothing changed: a function that starts just now reads it',
    },
  },
  {
    name: 'kafkajs-left-out',
    guarantee: 'a bundle needs nothing but Node and the AWS SDK',
    file: 'plugins/bundle-functions.ts',
    find: "external: ['@aws-sdk/*'],",
    replace: "external: ['@aws-sdk/*', 'kafkajs'],",
    test: {
      file: BUNDLES,
      name: 'the functions of the service > need nothing that is not in the bundle, but for Node and the AWS SDK',
    },
  },
  {
    name: 'bundler-mixes-kafkajs-up',
    guarantee: 'what makes the mend fail in a bundle is noticed before it is uploaded',
    file: 'plugins/bundle-functions.ts',
    find: "external: ['@aws-sdk/*'],",
    replace:
      "external: ['@aws-sdk/*'], alias: { 'kafkajs/src/network/requestQueue/index.js': 'kafkajs/src/network/connection.js' },",
    test: {
      file: BUNDLES,
      name: 'the functions of the service > have kafkajs mended wherever they have it, and load with it',
    },
  },
  {
    name: 'bundles-unmended',
    guarantee: 'kafkajs is mended in every bundle',
    file: 'lib/effect/kafka/mend-kafkajs.ts',
    find: 'mendRequestQueue();\ncheckRequestQueue();\ncheckOneCopy();\n',
    replace: '',
    test: {
      file: BUNDLES,
      name: 'the functions of the service > have kafkajs mended wherever they have it, and load with it',
    },
  },
];
