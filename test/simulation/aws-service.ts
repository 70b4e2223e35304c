/** A request as the AWS SDK passes it to its HTTP handler. */
export type AwsRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type AwsResponse = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Set where the body is not text. */
  readonly bytes?: Uint8Array;
};

/**
 * One simulated service: the effect and the answer of a request that arrived. Throws for an
 * unknown operation.
 */
export type AwsService = {
  readonly operationOf: (request: AwsRequest) => { readonly name: string; readonly imageId?: string };
  readonly answer: (request: AwsRequest) => AwsResponse;
  readonly error: (code: string, statusCode: number) => AwsResponse;
};

/** The operation of a request in AWS's JSON protocols. */
export function jsonOperation(request: AwsRequest): string {
  return (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
}

export function jsonInput(request: AwsRequest): unknown {
  if (!(request.body instanceof Uint8Array)) throw new TypeError('The SDK sent a body that is no bytes.');
  return JSON.parse(new TextDecoder().decode(request.body));
}

export function jsonResponse(output: unknown): AwsResponse {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    text: JSON.stringify(output),
  };
}

export function jsonError(code: string, statusCode: number): AwsResponse {
  return { ...jsonResponse({ __type: `simulated#${code}`, message: `Simulated ${code}.` }), statusCode };
}
