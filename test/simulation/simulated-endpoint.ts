import type { Credentials } from '../../functions/adapters/secret-store.ts';
import type { VehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import { readReply, type Reply } from '../../functions/core/contract/reply.ts';
import type { Stay } from './aws-client-configuration.ts';
import type { Answer } from './history.ts';
import type { Random } from './random.ts';
import type { SimulatedParameters } from './simulated-parameters.ts';
import { uploadWithMark, type Upload } from './upload.ts';
import type { World } from './world.ts';

/** The result of a call: a reply on the wire, or none. */
type Wire = { readonly answer: Answer; readonly calls?: number; readonly latencyMs: number } & (
  | { readonly httpStatus: number; readonly body: string; readonly retryAfterSeconds?: number }
  | { readonly none: 'OCR_TIMEOUT' | 'OCR_CONNECTION_LOST' }
);

const unreachable = { code: 'OCR_UNREACHABLE', message: 'The simulated endpoint accepts no connection.' };

const timeoutMs = 15_000;
/** Codes that say nothing about the picture, as the vendor and its gateway send them. */
const troubleCodes = [
  -1, 5000001, 5000002, 5000003, 5000004, 5000005, 5004001, 5004002, 5020001, 5030001, 5000503, 4000005,
  4000006, 4291000, 4291001, 404, 405, 4041007, 1234567,
] as const;
const refusalCodes = [401, 403, 4010001, 4010002, 4010003, 4010004, 4010005] as const;
const rejectionCodes = [4000001, 4000002, 4000003, 4000004, 4131000, 400, 415] as const;
const htmlStatuses = [200, 302, 429, 500, 502, 503, 504] as const;

/**
 * The vehicle-plate endpoint behind its adapter: replies as they are on the wire, read by the real outcome
 * table.
 */
export function createSimulatedEndpoint(
  { time, random, weather, note }: World,
  parameters: Pick<SimulatedParameters, 'accepts'>,
  /** All uploads by their mark. */
  uploads: ReadonlyMap<string, Upload>,
  mayRefuseConnections = false,
) {
  const asked = new Map<string, number>();
  let callNumber = 0;
  const keysNumbers = new WeakMap<Credentials, number>();
  let keysNumber = 0;
  const numberOf = (credentials: Credentials) => {
    const known = keysNumbers.get(credentials) ?? ++keysNumber;
    keysNumbers.set(credentials, known);
    return known;
  };

  /** For the code of one sandbox. */
  return function endpointFor(stay: Stay): VehiclePlateEndpoint {
    return {
      async ask(picture, credentials, mayCall = () => Promise.resolve(undefined)) {
        await stay.pause(0);
        const startedMs = time.nowMs();
        const held = await mayCall();
        if (held) return { reply: held, calls: 0 };
        if (mayRefuseConnections && time.nowMs() < weather.calmFromMs && random.chance(0.1)) {
          return { reply: { kind: 'wait', reason: unreachable }, calls: 0 };
        }
        const invocation = stay.invocation();
        const call = ++callNumber;
        const upload = uploadWithMark(Buffer.concat(picture.parts), uploads);
        note({
          kind: 'called',
          invocation,
          call,
          imageId: upload.imageId,
          keysNumber: numberOf(credentials),
        });
        const wire = inTime(wireFor(upload, parameters.accepts(credentials)), time.nowMs() - startedMs);
        await stay.pause(wire.latencyMs);
        const isSentAgain =
          wire.calls === 2 &&
          (await mayCall().then(
            (no) => !no,
            () => false,
          ));
        const calls = isSentAgain ? 2 : 1;
        const detail = 'none' in wire ? wire.none : `HTTP ${wire.httpStatus} ${wire.body}`;
        note({
          kind: 'answered',
          invocation,
          call,
          imageId: upload.imageId,
          answer: wire.answer,
          calls,
          detail,
        });
        return { reply: replyOf(wire), calls };
      },
    };
  };

  function wireFor(upload: Upload, accepted: boolean): Wire {
    const nowMs = time.nowMs();
    const isSlow = nowMs < weather.calmFromMs && random.chance(weather.slowRate);
    const latencyMs = isSlow ? random.between(5000, timeoutMs) : random.between(100, 2000);
    if (weather.isOut('address', nowMs)) {
      return { answer: 'trouble', latencyMs, ...fromGateway(random.pick([404, 4041007] as const), random) };
    }
    if (weather.isOut('endpoint', nowMs)) return trouble(latencyMs);
    if (!accepted) return { answer: 'refused', latencyMs, ...fromGateway(random.pick(refusalCodes), random) };
    if (nowMs < weather.calmFromMs && random.chance(weather.faultRate)) return trouble(latencyMs, upload);
    return { latencyMs, ...verdictOn(upload) };
  }

  /** `upload` is set where the endpoint may have read the picture before the fault. */
  function trouble(latencyMs: number, upload?: Upload): Wire {
    const answer = 'trouble';
    const torn = upload && success(upload, random).body;
    switch (random.pick(['code', 'refusal', 'HTML', 'torn', 'time-out', 'lost'] as const)) {
      case 'code': {
        const wish = random.chance(0.1) ? { retryAfterSeconds: random.between(1, 7200) } : {};
        return { answer, latencyMs, ...fromGateway(random.pick(troubleCodes), random), ...wish };
      }
      case 'refusal':
        return { answer: 'refused', latencyMs, ...fromGateway(random.pick(refusalCodes), random) };
      case 'HTML':
        return { answer, latencyMs, httpStatus: random.pick(htmlStatuses), body: '<html>Trouble</html>' };
      case 'torn': {
        const body = torn ?? '{"header":{"isSuccessful":true}}';
        return {
          answer,
          latencyMs,
          httpStatus: 200,
          body: body.slice(0, random.between(0, body.length - 1)),
        };
      }
      case 'time-out':
        return { answer, latencyMs: timeoutMs, none: 'OCR_TIMEOUT' };
      case 'lost':
        return { answer, latencyMs, none: 'OCR_CONNECTION_LOST', calls: 2 };
    }
  }

  function verdictOn(
    upload: Upload,
  ): Omit<Wire, 'latencyMs'> & { answer: Answer; httpStatus: number; body: string } {
    const times = (asked.get(upload.imageId) ?? 0) + 1;
    asked.set(upload.imageId, times);
    switch (upload.content) {
      case 'plates':
        return { answer: 'plates', ...success(upload, random) };
      case 'blurred':
        return times % 2 === 0
          ? { answer: 'plates', ...success(upload, random) }
          : { answer: 'unreadable', ...envelope(5004003) };
      case 'unreadable':
        return { answer: 'unreadable', ...envelope(5004003) };
      case 'no-plate':
        return random.chance(0.5)
          ? { answer: 'no-plate', ...envelope(4000201) }
          : { answer: 'no-plate', ...success(upload, random) };
      case 'refused-by-endpoint':
        return { answer: 'rejected', ...envelope(random.pick(rejectionCodes)) };
      case 'no-picture':
      case 'empty':
      case 'too-large':
        throw new Error(`The endpoint was asked about what is no picture: ${upload.imageId}`);
    }
  }
}

/** The time-out includes what came before the request. */
function inTime(wire: Wire, spentMs: number): Wire {
  const leftMs = timeoutMs - spentMs;
  return wire.latencyMs <= leftMs ? wire : { answer: 'trouble', latencyMs: leftMs, none: 'OCR_TIMEOUT' };
}

function success({ plates, width, height }: Upload, random: Random) {
  const result = {
    fileType: 'png',
    values: plates.map(({ value, confidence }) => ({ value, conf: confidence })),
    boxes: plates.map(({ box }) => box),
    resolution: width < 1280 || height < 720 ? 'low' : random.pick(['normal', 'normal', undefined]),
  };
  const header = { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' };
  return { httpStatus: 200, body: JSON.stringify({ header, result }) };
}

/**
 * A failure in the vendor's envelope. The service sends it with HTTP 200, the gateway with the status that
 * its code begins with.
 */
function envelope(resultCode: number, httpStatus = 200) {
  const header = { isSuccessful: false, resultCode, resultMessage: 'Simulated.' };
  return { httpStatus, body: JSON.stringify({ header }) };
}

function fromGateway(resultCode: number, random: Random) {
  const status = resultCode > 1000 ? Math.floor(resultCode / 10_000) : resultCode;
  return envelope(resultCode, status >= 400 && status < 600 && random.chance(0.5) ? status : 200);
}

function replyOf(wire: Wire): Reply {
  return 'none' in wire
    ? { kind: 'wait', reason: { code: wire.none, message: 'The simulated endpoint did not answer.' } }
    : readReply(wire.httpStatus, wire.body, wire.retryAfterSeconds);
}
