// What serverless.yml reads: the framework's file variables take CommonJS.
const { serviceVariables } = require('./serverless-variables.ts');

module.exports = () => {
  try {
    return serviceVariables(process.env);
  } catch (error) {
    // The framework would repeat the message, which lists every fault, for each variable that is read from here.
    process.stderr.write(`\n${error.message}\n`);
    process.exit(1);
  }
};
