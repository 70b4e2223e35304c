import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { createSandbox, type SandboxOptions } from '../../../../infra/local/lambda/sandbox.ts';
import { eventually } from '../../../eventually.ts';
import { writeFunction } from './stack-function.ts';

function startSandbox(context: TestContext, source: string, options: Partial<SandboxOptions> = {}) {
  const output: string[] = [];
  const sandbox = createSandbox({
    functionName: 'test-function',
    functionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:test-function',
    functionPath: writeFunction(source),
    handlerName: 'handler',
    environment: {},
    timeoutMs: 5000,
    memorySizeMb: 128,
    onOutput: (line) => output.push(line),
    ...options,
  });
  context.onTestFinished(() => sandbox.kill());
  return { sandbox, output };
}

function processIsGone(processId: number): true | undefined {
  try {
    process.kill(processId, 0);
    return undefined;
  } catch {
    return true;
  }
}

describe('a local sandbox', { concurrent: true }, () => {
  test('passes the event to the handler, and returns its result', async (context) => {
    const { sandbox } = startSandbox(context, 'export const handler = async (event) => ({ got: event });');
    assert.deepEqual(await sandbox.invoke({ 가: [1, null] }), {
      kind: 'returned',
      json: '{"got":{"가":[1,null]}}',
    });
  });

  test("passes the function's own environment, and nothing of the parent's", async (context) => {
    process.env['PLATELINE_TEST_SECRET'] = "the parent's";
    context.onTestFinished(() => {
      delete process.env['PLATELINE_TEST_SECRET'];
    });
    const { sandbox } = startSandbox(context, 'export const handler = () => Object.keys(process.env);', {
      environment: { READINGS_TABLE: 'readings' },
    });
    const result = await sandbox.invoke({});
    assert.ok(result.kind === 'returned');
    const names = z.array(z.string()).parse(JSON.parse(result.json));
    const others = names.filter((name) => !/^(AWS_LAMBDA_|NODE_CHANNEL_)/.test(name));
    assert.deepEqual(others.sort(), ['AWS_EXECUTION_ENV', 'PATH', 'READINGS_TABLE', 'TZ', '_HANDLER']);
  });

  test('gives a context with a running clock', async (context) => {
    const { sandbox } = startSandbox(
      context,
      `export const handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { ...context, before, after: context.getRemainingTimeInMillis() };
      };`,
      { timeoutMs: 3000 },
    );
    const result = await sandbox.invoke({});
    assert.ok(result.kind === 'returned');
    const { before, after, awsRequestId, ...rest } = z
      .looseObject({ before: z.number(), after: z.number(), awsRequestId: z.uuid() })
      .parse(JSON.parse(result.json));
    assert.ok(before <= 3000 && before > after && after > 0, `${before} ms, then ${after} ms`);
    assert.notEqual(awsRequestId, '');
    assert.deepEqual(rest, {
      functionName: 'test-function',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:test-function',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/test-function',
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
    });
  });

  test('reports an error of the handler, and stays warm', async (context) => {
    const { sandbox } = startSandbox(
      context,
      `let calls = 0;
      export const handler = () => { calls += 1; if (calls === 1) throw new Error('out of order'); return calls; };`,
    );
    const first = await sandbox.invoke({});
    assert.ok(first.kind === 'threw');
    assert.match(first.error, /out of order/);
    assert.deepEqual(await sandbox.invoke({}), { kind: 'returned', json: '2' });
  });

  test('reports a function that does not load as a failed invocation', async (context) => {
    const { sandbox } = startSandbox(context, `throw new Error('READINGS_TABLE is missing');`);
    const result = await sandbox.invoke({});
    assert.ok(result.kind === 'threw');
    assert.match(result.error, /READINGS_TABLE is missing/);
  });

  test('reports a module without the handler as a failed invocation', async (context) => {
    const { sandbox } = startSandbox(context, 'export const other = 1;');
    assert.equal((await sandbox.invoke({})).kind, 'threw');
  });

  test('kills even a handler that blocks the process at its time-out', async (context) => {
    const { sandbox, output } = startSandbox(context, 'export const handler = () => { for (;;) {} };', {
      timeoutMs: 200,
    });
    assert.deepEqual(await sandbox.invoke({}), { kind: 'timed-out' });
    assert.match(output.join('\n'), /Task timed out after 0.2 seconds/);
  });

  test('reports a process that exits as a failed invocation', async (context) => {
    const { sandbox } = startSandbox(context, 'export const handler = () => process.exit(0);');
    assert.deepEqual(await sandbox.invoke({}), { kind: 'exited' });
  });

  test('fails the running invocation when it is killed', async (context) => {
    const { sandbox, output } = startSandbox(
      context,
      `export const handler = () => { console.log('begun'); return new Promise((resolve) => setTimeout(resolve, 60_000)); };`,
    );
    const invocation = sandbox.invoke({});
    await eventually('a begun invocation', () => (output.includes('begun') ? true : undefined));
    await sandbox.kill();
    assert.deepEqual(await invocation, { kind: 'exited' });
  });

  test('passes the output of the function on, line by line', async (context) => {
    const { sandbox, output } = startSandbox(
      context,
      `export const handler = () => { console.log('one\\n두'); console.error('three'); };`,
    );
    await sandbox.invoke({});
    await sandbox.kill();
    assert.deepEqual(output.sort(), ['one', 'three', '두']);
  });

  test('exits with the process that started it', async () => {
    const functionPath = writeFunction(`
      export const handler = () => { console.log(process.pid); return new Promise(() => setInterval(() => {}, 1000)); };
    `);
    const sandboxModule = new URL('../../../../infra/local/lambda/sandbox.ts', import.meta.url).href;
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { createSandbox } from ${JSON.stringify(sandboxModule)};
      const sandbox = createSandbox({
        functionName: 'f', functionArn: 'f', functionPath: ${JSON.stringify(functionPath)}, handlerName: 'handler',
        environment: {}, timeoutMs: 60_000, memorySizeMb: 128, onOutput: console.log,
      });
      await sandbox.invoke({});`,
    ]);
    const [line] = z.tuple([z.string()]).parse(await once(createInterface({ input: parent.stdout }), 'line'));
    parent.kill('SIGKILL');
    await eventually('the end of the orphan', () => processIsGone(Number(line)));
  });
});
