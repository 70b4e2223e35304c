// Runs the function that WARM_WORK_FUNCTION names, and adds to its response the processor time of the
// process so far.
import process from 'node:process';

const { handler: measuredHandler } = await import(process.env.WARM_WORK_FUNCTION);

export const handler = async (event, context) => {
  const response = await measuredHandler(event, context);
  const { user, system } = process.cpuUsage();
  return { response, cpuMicroseconds: user + system };
};
