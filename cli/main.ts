// The program plateline as a process.
import { createProgram } from './program.ts';
import { closedOutputExitStatus, listenForClosedOutput } from './terminal/closed-output.ts';
import { runProgram } from './terminal/run-program.ts';

listenForClosedOutput().addEventListener('abort', () => {
  process.exit(closedOutputExitStatus);
});
await runProgram(createProgram());
