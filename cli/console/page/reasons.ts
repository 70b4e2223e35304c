/** English and Korean, by code or name. */
export type Terms = Readonly<Record<string, readonly [english: string, korean: string]>>;

const secondTry: readonly [string, string] = [
  'The reader is too busy at the moment. The picture is tried again by itself.',
  '인식기가 지금 바쁩니다. 자동으로 다시 시도합니다.',
];
const brokenConnection: readonly [string, string] = [
  'The reader does not answer. The picture is tried again by itself.',
  '인식기가 응답하지 않습니다. 자동으로 다시 시도합니다.',
];
const wrongKeys: readonly [string, string] = [
  'The reader refuses our keys. An engineer must store the right ones.',
  '인식기가 인증 키를 거부합니다. 담당자가 올바른 키를 저장해야 합니다.',
];
const wrongAddress: readonly [string, string] = [
  'There is no reader at the configured address. An engineer must correct it.',
  '설정된 주소에 인식기가 없습니다. 담당자가 주소를 고쳐야 합니다.',
];
const damaged: readonly [string, string] = ['The file is damaged.', '파일이 손상되었습니다.'];
const tooLarge: readonly [string, string] = ['The picture is too large.', '사진이 너무 큽니다.'];
const wrongType: readonly [string, string] = ['The file is no picture.', '사진 파일이 아닙니다.'];
const notAccepted: readonly [string, string] = [
  'The reader does not accept this picture.',
  '인식기가 이 사진을 받지 않습니다.',
];
const readerFailed: readonly [string, string] = [
  'The reader failed. The picture is tried again by itself.',
  '인식기에 오류가 있었습니다. 자동으로 다시 시도합니다.',
];

/** Why a picture is not (yet) read, for a person at a gate. The code is that of the record's reason. */
export const reasonSentences: Terms = {
  VEHICLE_PLATE_NOT_FOUND: ['There is no plate in the picture.', '사진에 번호판이 없습니다.'],
  NO_TEXT_FOUND: ['There is no text in the picture.', '사진에 글자가 없습니다.'],
  NO_PLATE_IN_TEXTS: ['There is no plate in the picture.', '사진에 번호판이 없습니다.'],
  OCR_VEHICLE_PLATE_RECOGNITION_FAIL: [
    'There is a plate, but it cannot be read.',
    '번호판이 있지만 읽을 수 없습니다.',
  ],
  UNKNOWN_FILE_TYPE: ['The file is no picture that can be read.', '읽을 수 있는 사진 파일이 아닙니다.'],
  UNREADABLE_HEADER: damaged,
  DAMAGED_PICTURE: damaged,
  INVALID_FILE: damaged,
  EMPTY: ['The file is empty.', '빈 파일입니다.'],
  UPLOADED_FILE_IS_EMPTY: ['The file is empty.', '빈 파일입니다.'],
  TOO_LARGE: tooLarge,
  TOO_MANY_PIXELS: tooLarge,
  MAX_UPLOAD_SIZE_EXCEEDED: tooLarge,
  INVALID_FILE_TYPE: wrongType,
  UNSUPPORTED_MEDIA_TYPE: wrongType,
  INVALID_PARAMETER: notAccepted,
  BAD_REQUEST: notAccepted,
  IMAGE_OUT_OF_RATIO: notAccepted,
  CRASHES_READER: [
    'The reader failed at this picture again and again.',
    '인식기가 이 사진에서 계속 실패했습니다.',
  ],
  DELETED: ['The picture was deleted before it was read.', '인식 전에 사진이 삭제되었습니다.'],
  OVERWRITTEN: [
    'Another picture replaced it under the same name before it was read.',
    '인식 전에 같은 이름의 다른 사진으로 바뀌었습니다.',
  ],
  TOO_MANY_REQUESTS: secondTry,
  READER_BUSY: secondTry,
  API_TEMPORARILY_UNAVAILABLE: brokenConnection,
  OCR_TIMEOUT: brokenConnection,
  OCR_UNREACHABLE: brokenConnection,
  OCR_CONNECTION_LOST: brokenConnection,
  VENDOR_FAILURE: readerFailed,
  BROKEN_CONTRACT: readerFailed,
  READER_CLOSED: readerFailed,
  READER_CRASHED: readerFailed,
  READER_NOT_STARTED: readerFailed,
  READER_TIMED_OUT: readerFailed,
  PREPARATION_CRASHED: readerFailed,
  PREPARATION_TIMED_OUT: readerFailed,
  PREPARATION_NOT_STARTED: readerFailed,
  CALL_LIMIT_EXCEEDED: [
    'The reader allows no more calls now. The picture is tried again by itself.',
    '인식기의 호출 한도에 걸렸습니다. 자동으로 다시 시도합니다.',
  ],
  QUOTA_USED_UP: [
    'The quota of the reader is used up. The picture waits until there is a new one.',
    '인식기의 사용량이 모두 소진되었습니다. 새 사용량이 생길 때까지 기다립니다.',
  ],
  CALL_CAP_OF_DAY: [
    "The day's cap on calls is reached. The picture is read tomorrow.",
    '하루 호출 상한에 도달했습니다. 사진은 내일 인식합니다.',
  ],
  CALL_CAP_OF_MONTH: [
    "The month's cap on calls is reached. The picture is read next month.",
    '한 달 호출 상한에 도달했습니다. 사진은 다음 달에 인식합니다.',
  ],
  BREAKER_OPEN: [
    'The reader has refused every picture for an hour. One is tried now and then, and all are read once it answers.',
    '인식기가 한 시간 넘게 모든 사진을 거부했습니다. 가끔 한 장만 시도하고, 응답하면 모두 인식합니다.',
  ],
  UNAUTHORIZED: wrongKeys,
  FORBIDDEN: wrongKeys,
  INVALID_APPKEY_SECRETKEY: wrongKeys,
  INVALID_UUID: wrongKeys,
  NOT_ALLOWED_USER: wrongKeys,
  INVALID_PROJECT: wrongKeys,
  UNAUTHORIZED_ROLE: wrongKeys,
  NO_SECRET: [
    'The keys of the reader are not stored yet. An engineer must store them.',
    '인식기의 인증 키가 아직 없습니다. 담당자가 저장해야 합니다.',
  ],
  NOT_FOUND: wrongAddress,
  METHOD_NOT_ALLOWED: wrongAddress,
  URL_NOT_FOUND: wrongAddress,
  REQUIRED_HEADER_MISSING: wrongAddress,
  OCR_WRONG_ADDRESS: wrongAddress,
  OUT_OF_TIME: [
    'There was no time left for this picture. It is tried again by itself.',
    '시간이 모자라 다음 차례로 미뤘습니다. 자동으로 다시 시도합니다.',
  ],
  CLAIMED: ['The picture is being read.', '지금 인식하고 있습니다.'],
  CLAIM_LOST: ['The picture is being read.', '지금 인식하고 있습니다.'],
  NO_NOTIFICATION: [
    'The message announces no picture. Moving it changes nothing.',
    '사진을 알리는 메시지가 아닙니다. 옮겨도 달라지지 않습니다.',
  ],
  NO_REASON: ['An attempt at the picture ended without a trace.', '사진 인식이 흔적 없이 끝났습니다.'],
  DONE: ['The picture was read meanwhile.', '그 사이에 인식이 끝났습니다.'],
  NOTHING_NEW: ['The message announces no new picture.', '새 사진을 알리는 메시지가 아닙니다.'],
};

/** The sentence for all codes of a system that begin so, where the code itself has none. */
export const reasonsOfSystems: Terms = {
  S3_: ['The storage of pictures does not answer as it should.', '사진 저장소가 제대로 응답하지 않습니다.'],
  DYNAMODB_: [
    'The table of readings does not answer as it should.',
    '기록 테이블이 제대로 응답하지 않습니다.',
  ],
  SSM_: ['The storage of keys does not answer as it should.', '인증 키 저장소가 제대로 응답하지 않습니다.'],
};
