import { models } from './service-model.ts';

/** A reply of S3 as a client gets it; the text is that of an error, and empty where the body is an object. */
type S3Reply = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/**
 * The codes that S3 may answer to any request, with their statuses (S3 API Reference, "Error responses"). The
 * models list only those that an operation has besides.
 */
const commonErrors: ReadonlyMap<string, readonly number[]> = new Map([
  ['AccessDenied', [403]],
  ['InternalError', [500]],
  ['NoSuchBucket', [404]],
  ['NoSuchKey', [404]],
  ['NoSuchVersion', [404]],
  ['PreconditionFailed', [412]],
  ['RequestTimeout', [400]],
  ['ServiceUnavailable', [503]],
  ['SlowDown', [503]],
]);

/** Headers of HTTP and of S3 that are no part of an operation's output. */
const transportHeaders: ReadonlySet<string> = new Set([
  'connection',
  'date',
  'server',
  'transfer-encoding',
  'x-amz-id-2',
  'x-amz-request-id',
]);

/** Faults of a reply against the model: its headers, their types, and the code of an error with its status. */
export function faultsOfS3Reply(operation: string, { statusCode, headers, text }: S3Reply): string[] {
  return statusCode < 300
    ? Object.entries(headers).flatMap(([name, value]) => faultsOfHeader(operation, name.toLowerCase(), value))
    : faultsOfError(operation, statusCode, text);
}

function faultsOfHeader(operation: string, name: string, value: string): string[] {
  const { shapes, operations } = models.s3;
  const output = shapes[operations[operation]?.output ?? ''];
  if (output === undefined) return [`s3 has no output of ${operation} in the model`];
  if (transportHeaders.has(name)) return [];
  for (const [member, { location, locationName = member, shape }] of Object.entries(output.members)) {
    const wanted = locationName.toLowerCase();
    if (location === 'headers' && name.startsWith(wanted)) return [];
    if (location === 'header' && name === wanted) {
      const type = shapes[shape]?.type;
      const isNumber = type === 'integer' || type === 'long';
      return isNumber && !/^\d+$/.test(value) ? [`${operation} output.${member} is no whole number`] : [];
    }
  }
  return [`${operation} output has the header ${name}, which the model does not know`];
}

function faultsOfError(operation: string, statusCode: number, text: string): string[] {
  const [, code = ''] = /^(?:<\?xml[^>]*\?>)?\s*<Error>.*?<Code>(\w+)<\/Code>/s.exec(text) ?? [];
  const statuses = commonErrors.get(code);
  if (statuses?.includes(statusCode) === true) return [];
  if (models.s3.operations[operation]?.errors.includes(code) === true) return [];
  return [`${operation}: ${code === '' ? 'no code' : code} with status ${statusCode}`];
}
