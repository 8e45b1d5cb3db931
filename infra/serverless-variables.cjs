// What serverless.yml reads: the framework's file variables take CommonJS.
const { serviceVariables } = require('./serverless-variables.ts');

module.exports = async ({ resolveVariable }) => {
  const [service, stage] = await Promise.all(['self:service', 'sls:stage'].map(resolveVariable));
  try {
    return serviceVariables(process.env, { service, stage });
  } catch (error) {
    // The framework would repeat the message, which lists every fault, for each variable that is read from here.
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
};
