import type { LocalStack } from '../../infra/local/stack.ts';
import { readCall, signerOf, type AwsCall } from './recorded-request.ts';
import { faultsOf } from './service-model.ts';

const serviceNames = ['s3', 'sqs', 'dynamodb', 'ssm'] as const;

/** What a signer sent to the local services so far. */
export function callsOf(stack: LocalStack, signer: string): AwsCall[] {
  return serviceNames.flatMap((service) =>
    stack[service].requests
      .filter((request) => signerOf(request) === signer)
      .map((request) => readCall(service, request))
      .filter((call) => call !== undefined),
  );
}

/** The faults of all calls against the models, each once. */
export function faultsIn(calls: readonly AwsCall[]): string[] {
  return [
    ...new Set(
      calls.flatMap(({ service, operation, input }) => faultsOf(service, operation, 'input', input)),
    ),
  ];
}
