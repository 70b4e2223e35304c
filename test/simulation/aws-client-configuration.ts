import { Readable } from 'node:stream';
import type { AwsRequest, AwsResponse, AwsService } from './aws-service.ts';
import type { Random } from './random.ts';
import type { System } from './weather.ts';
import type { World } from './world.ts';

/** The fate of one request. */
type Fault =
  /** Refused without an effect. */
  | 'throttled'
  | 'failed'
  /** Neither an effect nor a reply. */
  | 'lost'
  /** An effect long after the SDK gave up. */
  | 'late'
  /** An effect, but no reply; the SDK gives up. */
  | 'reply lost'
  /** An effect, but no reply; the SDK asks again and gets the second reply only. */
  | 'reply lost, asked again'
  /** An effect, and half a reply. */
  | 'torn';

const faults = [
  'throttled',
  'failed',
  'lost',
  'late',
  'reply lost',
  'reply lost, asked again',
  'torn',
] as const;

/** Where the code of one sandbox runs: it can stop there permanently. */
export type Stay = {
  readonly invocation: () => string;
  /** Waits; never ends if the sandbox dies meanwhile. */
  readonly pause: (durationMs: number) => Promise<void>;
};

/** How long the SDK retries at most before it reports a failure; the longer time is for a record. */
const givesUpAfterMs = [5000, 5000, 18_000] as const;
/** How long the SDK waits at most where it does not retry. */
const onlyTryMs = [2000] as const;
const longestDelayMs = 200_000;

/** Configuration of an SDK client whose requests reach a simulated service over a faulty network. */
export function awsClientConfiguration(
  { time, random, weather, note }: World,
  stay: Stay,
  system: Exclude<System, 'endpoint'>,
  service: AwsService,
  sdkTries: 'once' | 'several times' = 'several times',
) {
  async function handle(request: AwsRequest) {
    await stay.pause(0);
    const operation = service.operationOf(request);
    const fault = drawFault();
    // A sent request arrives even if its sender dies.
    await time.sleep(random.between(1, 30));
    const answer = answerTo(request, fault);
    if (fault === 'late') {
      time.at(time.nowMs() + random.between(1000, longestDelayMs), () => {
        service.answer(request);
      });
    }
    note({
      kind: 'requested',
      invocation: stay.invocation(),
      system,
      operation: operation.name,
      ...(operation.imageId === undefined ? {} : { imageId: operation.imageId }),
      status: answer.statusCode,
      ...(fault === undefined ? {} : { fault }),
    });
    const isSlow = time.nowMs() < weather.calmFromMs && random.chance(fault ? 0.3 : weather.slowRate);
    const longestMs = random.pick(sdkTries === 'once' ? onlyTryMs : givesUpAfterMs);
    await stay.pause(isSlow ? random.between(1000, longestMs) : random.between(1, 30));
    if (fault === 'lost' || fault === 'late' || fault === 'reply lost') throw timeout();
    return { response: { ...answer, body: bodyOf(answer, system, fault) } };
  }

  function drawFault(): Fault | undefined {
    const nowMs = time.nowMs();
    if (weather.isOut(system, nowMs)) return random.pick(['throttled', 'failed', 'lost'] as const);
    if (nowMs >= weather.calmFromMs || !random.chance(weather.faultRate)) return undefined;
    const fault = random.pick(faults);
    return sdkTries === 'once' && fault === 'reply lost, asked again' ? 'reply lost' : fault;
  }

  function answerTo(request: AwsRequest, fault: Fault | undefined): AwsResponse {
    switch (fault) {
      case 'throttled':
        return service.error('ThrottlingException', system === 'S3' ? 503 : 400);
      case 'failed':
      case 'lost':
      case 'late':
        return service.error('InternalServerError', 500);
      case 'reply lost, asked again':
        service.answer(request);
        return service.answer(request);
      case 'torn':
        return torn(service.answer(request), random);
      case 'reply lost':
      case undefined:
        return service.answer(request);
    }
  }

  return {
    region: 'ap-northeast-2',
    endpoint: `https://${system.toLowerCase()}.example`,
    credentials: { accessKeyId: 'simulated', secretAccessKey: 'simulated' },
    // The SDK's own retries are part of a fault, because they would wait on the clock of this machine.
    maxAttempts: 1,
    // Everything that the SDK would otherwise look up in this machine's environment and files, for each
    // client.
    retryMode: 'standard',
    disableClockSkewCorrection: true,
    authSchemePreference: [],
    endpointDiscoveryEnabled: false,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_REQUIRED' as const,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    useArnRegion: false,
    sigv4aSigningRegionSet: ['ap-northeast-2'],
    defaultsMode: 'standard' as const,
    accountIdEndpointMode: 'disabled' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: 'simulation',
    forcePathStyle: true,
    // No signatures: nothing checks them, and they take a third of the time.
    signer: { sign: (request: never) => Promise.resolve(request) },
    requestHandler: {
      async handle(request: AwsRequest) {
        try {
          return await handle(request);
        } catch (error) {
          if (!isTimeout(error)) time.fail(error);
          throw error;
        }
      },
    },
  };
}

/** The first part of a text, at least one character: the SDK reads an empty text as a whole reply. */
function torn(response: AwsResponse, random: Random): AwsResponse {
  const { text } = response;
  return { ...response, text: text.slice(0, random.between(1, Math.max(1, text.length - 1))) };
}

function bodyOf(
  { bytes, text }: AwsResponse,
  system: System,
  fault: Fault | undefined,
): Uint8Array | Readable {
  const whole = bytes ?? Buffer.from(text);
  if (system !== 'S3') return whole;
  return Readable.from(fault === 'torn' ? half(whole) : [whole]);
}

/** A body that ends before its Content-Length, which Node's HTTP client reports as a reset connection. */
function* half(bytes: Uint8Array) {
  yield bytes.subarray(0, Math.floor(bytes.length / 2));
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}

function timeout(): Error {
  const error = new Error('Simulated time-out.');
  error.name = 'TimeoutError';
  return error;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
