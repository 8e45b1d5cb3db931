// A fresh process loads the packaged process-orders and handles one event; arguments: the bundle, the event's file.
const { readFileSync } = require('node:fs');
const [, , file, eventFile] = process.argv;
const { handler } = require(file);
const endMs = Date.now() + 60_000;
const context = {
  functionName: 'process-orders',
  functionVersion: '$LATEST',
  awsRequestId: 'bench',
  callbackWaitsForEmptyEventLoop: false,
  getRemainingTimeInMillis: () => endMs - Date.now(),
};
const end = (answer) => process.send(answer, () => process.exit(0));
handler(JSON.parse(readFileSync(eventFile, 'utf8')), context).then(({ batchItemFailures }) =>
  end({
    unsettled: batchItemFailures.length,
    // Kilobytes on Linux: https://nodejs.org/api/process.html#processresourceusage
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
