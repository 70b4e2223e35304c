import { createServer, type IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

const parameterType = z.enum(['String', 'StringList', 'SecureString']);

const putParameterRequest = z.object({
  Name: z.string().min(1),
  Value: z.string().min(1),
  Type: parameterType.optional(),
  Overwrite: z.boolean().default(false),
});

const getParametersRequest = z.object({
  Names: z.array(z.string()).min(1).max(10),
  WithDecryption: z.boolean().default(false),
});

const deleteParameterRequest = z.object({ Name: z.string().min(1) });

interface Parameter {
  name: string;
  type: z.infer<typeof parameterType>;
  value: string;
  /** The value of a SecureString for a request without decryption. */
  ciphertext: string;
  version: number;
  modifiedAt: Date;
}

/** Starts the operations of Parameter Store that Plateline and its users need, over AWS's JSON protocol. */
export async function startParameterStore(region: string, accountId: string): Promise<LoopbackServer> {
  const parameters = new Map<string, Parameter>();

  const putParameter = (body: unknown) => {
    const request = putParameterRequest.safeParse(body);
    if (!request.success) return failure('ValidationException', z.prettifyError(request.error));
    const { Name: name, Value: value, Type: type, Overwrite: overwrite } = request.data;
    const known = parameters.get(name);
    if (known !== undefined && !overwrite) {
      return failure(
        'ParameterAlreadyExists',
        'The parameter already exists; pass Overwrite to replace its value.',
      );
    }
    const newType = type ?? known?.type;
    if (newType === undefined) return failure('ValidationException', 'A new parameter needs a Type.');
    const version = (known?.version ?? 0) + 1;
    const ciphertext = randomBytes(120).toString('base64');
    parameters.set(name, { name, type: newType, value, ciphertext, version, modifiedAt: new Date() });
    return success({ Version: version, Tier: 'Standard' });
  };

  const getParameters = (body: unknown) => {
    const request = getParametersRequest.safeParse(body);
    if (!request.success) return failure('ValidationException', z.prettifyError(request.error));
    const { Names: names, WithDecryption: withDecryption } = request.data;
    const found = names.flatMap((name) => parameters.get(name) ?? []);
    return success({
      Parameters: found.map((parameter) => ({
        Name: parameter.name,
        Type: parameter.type,
        Value: parameter.type === 'SecureString' && !withDecryption ? parameter.ciphertext : parameter.value,
        Version: parameter.version,
        LastModifiedDate: parameter.modifiedAt.getTime() / 1000,
        ARN: `arn:aws:ssm:${region}:${accountId}:parameter/${parameter.name.replace(/^\//, '')}`,
        DataType: 'text',
      })),
      InvalidParameters: names.filter((name) => !parameters.has(name)),
    });
  };

  const answer = async (request: IncomingMessage) => {
    const target = request.headers['x-amz-target'];
    switch (String(target)) {
      case 'AmazonSSM.PutParameter':
        return putParameter(await json(request));
      case 'AmazonSSM.GetParameters':
        return getParameters(await json(request));
      case 'AmazonSSM.DeleteParameter':
        return parameters.delete(deleteParameterRequest.parse(await json(request)).Name)
          ? success({})
          : failure('ParameterNotFound', 'There is no such parameter.');
      default:
        request.resume();
        return failure(
          'UnknownOperationException',
          `The local Parameter Store has only PutParameter, GetParameters and DeleteParameter, not ${String(target)}.`,
        );
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ statusCode, body }) => {
        response
          .writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.1' })
          .end(JSON.stringify(body));
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  return await listenOnLoopback(server, 0);
}

function success(body: object) {
  return { statusCode: 200, body };
}

function failure(code: string, message: string) {
  return { statusCode: 400, body: { __type: code, message } };
}
