// What serverless.yml reads: the framework's file variables take CommonJS.
const { serviceVariables } = require('./service.ts');

module.exports = () => {
  try {
    return serviceVariables(process.env);
  } catch (error) {
    // The message lists every fault; a stack would bury it.
    error.stack = error.message;
    throw error;
  }
};
