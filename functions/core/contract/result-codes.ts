/** What a reply of the vehicle-plate endpoint means for the picture that was sent. */
export type ResultClass =
  /** The result has plates or an empty list. */
  | 'success'
  | 'no-plate'
  /** There is a plate that could not be read: ask once more, then it is final. */
  | 'unreadable'
  /** The endpoint will never accept this picture. */
  | 'rejected'
  /** Wrong app key or secret key: read both once more, then it is misconfigured. */
  | 'bad-credentials'
  | 'misconfigured'
  | 'wait'
  /** A quota is used up. */
  | 'wait-long'
  | 'broken-contract';

export type Classification = {
  readonly resultClass: ResultClass;
  /** The vendor's name of the code, or ours where the HTTP status alone decides. */
  readonly key: string;
  /** Without a full stop, since numbers follow. */
  readonly sentence: string;
};

type Row = Classification & {
  /** Lowest and highest HTTP status of the row. */
  readonly http: readonly [number, number];
  readonly codes: readonly number[] | 'any';
};

const anyHttp = [100, 599] as const;

/**
 * The vendor's result codes (API guide for Vehicle Plate OCR and its error-code page, December 2024; the
 * guides of its sibling APIs; the API gateway guide). The gateway uses real HTTP statuses, the service always
 * HTTP 200, and a few numbers differ in meaning: the first row that matches status and code decides. A
 * server's failure (5xx) is never an answer about the picture, whatever its code.
 */
const rows: readonly Row[] = [
  // prettier-ignore
  ...([
    // HTTP status  result codes                resultClass            key                        sentence
    [[200, 299],    [0],                        'success',         'SUCCESS',                           'The endpoint read the picture'],
    [anyHttp,       [4291001],                  'wait-long',       'QUOTA_USED_UP',                     'The quota of calls is used up'],
    [[429, 429],    'any',                      'wait',            'TOO_MANY_REQUESTS',                 'The endpoint asks for fewer calls'],
    [[413, 413],    'any',                      'rejected',        'MAX_UPLOAD_SIZE_EXCEEDED',          'The endpoint finds the picture too large'],
    [[500, 599],    'any',                      'wait',            'VENDOR_FAILURE',                    'The endpoint failed'],
    [anyHttp,       [4000201],                  'no-plate',        'VEHICLE_PLATE_NOT_FOUND',           'There is no plate in the picture'],
    [anyHttp,       [4000501],                  'no-plate',        'NO_TEXT_FOUND',                     'There is no text in the picture'],
    [anyHttp,       [5004003],                  'unreadable',      'OCR_VEHICLE_PLATE_RECOGNITION_FAIL', 'There is a plate, but it cannot be read'],
    [anyHttp,       [4000001],                  'rejected',        'INVALID_PARAMETER',                 'The endpoint does not accept the request for this picture'],
    [anyHttp,       [4000002],                  'rejected',        'INVALID_FILE',                      'The endpoint cannot open the picture'],
    [anyHttp,       [4000003],                  'rejected',        'INVALID_FILE_TYPE',                 'The endpoint does not accept this type of file'],
    [anyHttp,       [4000004],                  'rejected',        'UPLOADED_FILE_IS_EMPTY',            'The endpoint finds the picture empty'],
    [anyHttp,       [4000505],                  'rejected',        'IMAGE_OUT_OF_RATIO',                'The endpoint does not accept the ratio of the picture'],
    [anyHttp,       [4131000],                  'rejected',        'MAX_UPLOAD_SIZE_EXCEEDED',          'The endpoint finds the picture too large'],
    [anyHttp,       [400],                      'rejected',        'BAD_REQUEST',                       'The endpoint does not accept the request for this picture'],
    [anyHttp,       [415],                      'rejected',        'UNSUPPORTED_MEDIA_TYPE',            'The endpoint does not accept this type of file'],
    [anyHttp,       [401],                      'bad-credentials', 'UNAUTHORIZED',                      'The endpoint does not accept the app key or the secret key'],
    [anyHttp,       [403],                      'bad-credentials', 'FORBIDDEN',                         'The endpoint does not accept the app key or the secret key'],
    [anyHttp,       [4010001],                  'bad-credentials', 'INVALID_APPKEY_SECRETKEY',          'The endpoint does not accept the app key or the secret key'],
    [anyHttp,       [4010002],                  'bad-credentials', 'INVALID_UUID',                      'The endpoint does not know the account'],
    [anyHttp,       [4010003],                  'bad-credentials', 'NOT_ALLOWED_USER',                  'The account may not use the endpoint'],
    [anyHttp,       [4010004],                  'bad-credentials', 'INVALID_PROJECT',                   'The app key belongs to no project that may use the endpoint'],
    [anyHttp,       [4010005],                  'bad-credentials', 'UNAUTHORIZED_ROLE',                 'The role of the account does not allow the call'],
    [anyHttp,       [404],                      'misconfigured',   'NOT_FOUND',                         'There is no vehicle-plate endpoint at this address'],
    [anyHttp,       [405],                      'misconfigured',   'METHOD_NOT_ALLOWED',                'There is no vehicle-plate endpoint at this address'],
    [anyHttp,       [4041007],                  'misconfigured',   'URL_NOT_FOUND',                     'There is no vehicle-plate endpoint at this address'],
    [anyHttp,       [4000005],                  'misconfigured',   'REQUIRED_HEADER_MISSING',           'The request lacks a header that the endpoint requires'],
    [anyHttp,       [4000006],                  'wait',            'CALL_LIMIT_EXCEEDED',               'The endpoint allows no more calls now, or not from this address'],
    [anyHttp,       [429, 4291000],             'wait',            'TOO_MANY_REQUESTS',                 'The endpoint asks for fewer calls'],
    [anyHttp,       [5000503],                  'wait',            'API_TEMPORARILY_UNAVAILABLE',       'The endpoint is temporarily unavailable'],
    [anyHttp,       [-1, 5000001, 5000002, 5000003, 5000004, 5000005, 5004001, 5004002, 5005001, 5005002, 5005003, 5020001, 5030001],
                                                'wait',            'VENDOR_FAILURE',                    'The endpoint failed'],
    // Without a known code, these statuses still show whose fault it is. 400 and 415 do not: proxies send
    // them too.
    [[401, 401],    'any',                      'bad-credentials', 'UNAUTHORIZED',                      'The endpoint does not accept the app key or the secret key'],
    [[403, 403],    'any',                      'bad-credentials', 'FORBIDDEN',                         'The endpoint does not accept the app key or the secret key'],
    [[404, 404],    'any',                      'misconfigured',   'NOT_FOUND',                         'There is no vehicle-plate endpoint at this address'],
    [[405, 405],    'any',                      'misconfigured',   'METHOD_NOT_ALLOWED',                'There is no vehicle-plate endpoint at this address'],
  ] as const).map(([http, codes, resultClass, key, sentence]) => ({ http, codes, resultClass, key, sentence })),
];

/** Classifies a reply; `resultCode` is absent where the reply has no readable envelope. */
export function classify(httpStatus: number, resultCode: number | undefined): Classification {
  const row = rows.find(
    ({ http: [lowest, highest], codes }) =>
      lowest <= httpStatus &&
      httpStatus <= highest &&
      (codes === 'any' || (resultCode !== undefined && codes.includes(resultCode))),
  );
  return (
    row ?? {
      resultClass: 'broken-contract',
      key: 'BROKEN_CONTRACT',
      sentence: 'The reply is not what the endpoint promises',
    }
  );
}
