// The program plateline as a process.
import { createProgram } from './program.ts';
import { closedOutputExitStatus, listenForClosedOutput } from './terminal/closed-output.ts';
import { exitProcess } from './terminal/exit-process.ts';
import { runProgram } from './terminal/run-program.ts';

listenForClosedOutput().addEventListener('abort', () => {
  void exitProcess(closedOutputExitStatus);
});
await runProgram(createProgram());
