import { reasonSentences, reasonsOfSystems, type Terms } from './reasons.ts';

/** The languages of the page. */
export type Language = 'ko' | 'en';

const english = {
  live: 'Live',
  search: 'Search',
  visits: 'Visits',
  onSite: 'Now on site',
  picture: 'Picture',
  waiting: 'Waiting',
  usage: 'Usage',
  upload: 'Upload',
  review: 'Review',
  cameras: 'Cameras',
  lists: 'Watch lists',
  skip: 'Go to the content',
  stage: 'Stage',
  otherLanguage: '한국어',
  theme: 'Dark or light',
  camera: 'Camera',
  allCameras: 'All cameras',
  connected: 'Connected',
  connecting: 'Connecting…',
  lost: 'Connection lost. Trying again…',
  loading: 'Loading…',
  nothingYet: 'No readings yet',
  nothingYetHint: 'Upload a picture to the bucket; it appears here within seconds.',
  captured: 'Captured (Korea)',
  plate: 'Plate',
  confidence: 'Confidence',
  verdict: 'Verdict',
  status: 'Status',
  plateHint: 'Plate, part of it, or last four digits',
  plateExample: '12가3456, 3456, 12*',
  alike: 'Also plates that look alike',
  since: 'From',
  until: 'To',
  find: 'Search',
  nothingFound: 'No picture found',
  nothingFoundHint: 'Try the last four digits, look-alikes, or a longer span.',
  searchStart: 'Find a car',
  searchStartHint: 'Type a plate, or choose a camera to see its newest pictures.',
  more: 'Show more',
  nextTry: 'Next try',
  distance: 'Distance',
  download: 'Download',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  showBox: 'Show the box',
  back: 'Back',
  otherReads: 'Other pictures of this plate',
  noOtherReads: 'This plate was read only once.',
  details: 'All attributes',
  pictureGone: 'The picture cannot be shown.',
  pictureAlt: 'The picture of',
  plateAlt: 'The plate in the picture',
  allReads: 'All plates in the picture',
  needsReview: 'A person should look at this picture.',
  signedOut: 'Not signed in',
  newest: 'New readings appear here by themselves.',
  keys: 'Keys: / search · j and k move · Enter opens',
  pictureKeys: 'Keys: b box · + and − zoom · Escape back',
};

type Words = Readonly<Record<keyof typeof english, string>>;

const korean: Words = {
  live: '실시간',
  search: '검색',
  visits: '방문',
  onSite: '입차 현황',
  picture: '사진',
  waiting: '대기',
  usage: '사용량',
  upload: '올리기',
  review: '검토',
  cameras: '카메라',
  lists: '감시 목록',
  skip: '본문으로 이동',
  stage: '스테이지',
  otherLanguage: 'English',
  theme: '어둡게 또는 밝게',
  camera: '카메라',
  allCameras: '모든 카메라',
  connected: '연결됨',
  connecting: '연결하는 중…',
  lost: '연결이 끊겼습니다. 다시 연결하는 중…',
  loading: '불러오는 중…',
  nothingYet: '아직 인식 결과가 없습니다',
  nothingYetHint: '버킷에 사진을 올리면 몇 초 안에 여기에 나타납니다.',
  captured: '촬영 시각 (한국)',
  plate: '번호판',
  confidence: '신뢰도',
  verdict: '판정',
  status: '상태',
  plateHint: '번호판, 일부 또는 끝 네 자리',
  plateExample: '12가3456, 3456, 12*',
  alike: '비슷한 번호판도 찾기',
  since: '시작일',
  until: '종료일',
  find: '검색',
  nothingFound: '찾은 사진이 없습니다',
  nothingFoundHint: '끝 네 자리나 비슷한 번호판으로 찾거나 기간을 늘려 보세요.',
  searchStart: '차량 찾기',
  searchStartHint: '번호판을 입력하거나 카메라를 골라 최근 사진을 보세요.',
  more: '더 보기',
  nextTry: '다음 시도',
  distance: '차이',
  download: '내려받기',
  zoomIn: '확대',
  zoomOut: '축소',
  showBox: '번호판 위치 표시',
  back: '뒤로',
  otherReads: '이 번호판의 다른 사진',
  noOtherReads: '이 번호판은 한 번만 인식되었습니다.',
  details: '모든 속성',
  pictureGone: '사진을 표시할 수 없습니다.',
  pictureAlt: '사진:',
  plateAlt: '사진 속 번호판',
  allReads: '사진 속 모든 번호판',
  needsReview: '사람이 확인해야 하는 사진입니다.',
  signedOut: '로그인되지 않았습니다',
  newest: '새 인식 결과가 자동으로 나타납니다.',
  keys: '단축키: / 검색 · j, k 이동 · Enter 열기',
  pictureKeys: '단축키: b 위치 표시 · +, − 확대·축소 · Esc 뒤로',
};

/** The words of the page itself. */
export const words: Readonly<Record<Language, Words>> = { en: english, ko: korean };

/** Values of attributes, codes of reasons and faults; what is not here is shown as it is. */
const terms: Terms = {
  READ: ['Read', '인식됨'],
  NO_PLATE: ['No plate', '번호판 없음'],
  UNREADABLE: ['Unreadable', '인식 불가'],
  REJECTED: ['Rejected', '거부됨'],
  GONE: ['Gone', '삭제됨'],
  UNAVAILABLE: ['Unavailable', '사용 불가'],
  PENDING: ['Waiting', '대기 중'],
  valid: ['Valid', '정상'],
  partial: ['Partial', '일부'],
  suspect: ['Suspect', '의심'],
  confirmed: ['Confirmed', '확인함'],
  corrected: ['Corrected', '고침'],
  rejected: ['No plate', '번호판 아님'],
  OPEN: ['Open', '검토 대기'],
  private: ['Private', '자가용'],
  rental: ['Rental', '렌터카'],
  commercial: ['Commercial', '영업용'],
  parcel: ['Parcel delivery', '택배'],
  military: ['Military', '군용'],
  diplomatic: ['Diplomatic', '외교용'],
  'construction-machine': ['Construction machine', '건설기계'],
  motorcycle: ['Motorcycle', '이륜차'],
  regional: ['Regional', '지역 번호판'],
  temporary: ['Temporary', '임시'],
  undetermined: ['Undetermined', '미확인'],
  car: ['Car', '승용차'],
  van: ['Van', '승합차'],
  truck: ['Truck', '화물차'],
  special: ['Special', '특수차'],
  emergency: ['Emergency', '긴급차'],
  normal: ['Normal', '보통'],
  low: ['Low', '낮음'],
  key: ['Object key', '객체 키'],
  metadata: ['Metadata', '메타데이터'],
  exif: ['EXIF', 'EXIF'],
  upload: ['Upload', '업로드'],
  converted: ['Converted to JPEG', 'JPEG로 변환'],
  turned: ['Turned upright', '바로 세움'],
  'first-picture': ['First picture of several', '여러 장 중 첫 장'],
  normalised: ['Colours normalised', '색상 표준화'],
  scaled: ['Scaled down', '크기 축소'],
  compressed: ['Compressed', '압축'],
  true: ['Yes', '예'],
  false: ['No', '아니요'],
};

const sentences: Terms = {
  EXPIRED_CREDENTIALS: [
    'The AWS credentials have expired. Log in again, then start the console again.',
    'AWS 자격 증명이 만료되었습니다. 다시 로그인한 뒤 콘솔을 다시 시작하세요.',
  ],
  NO_CREDENTIALS: [
    'There are no AWS credentials. Log in, then start the console again.',
    'AWS 자격 증명이 없습니다. 로그인한 뒤 콘솔을 다시 시작하세요.',
  ],
  UNREACHABLE: [
    'AWS does not answer. Check the network; the page tries again by itself.',
    'AWS가 응답하지 않습니다. 네트워크를 확인하세요. 자동으로 다시 시도합니다.',
  ],
  REVIEWED_MEANWHILE: [
    'Somebody else has decided about this picture meanwhile.',
    '다른 사람이 이 사진을 먼저 판단했습니다.',
  ],
  READ_ONLY: [
    'The console only reads. Start it with --write to change anything.',
    '읽기 전용입니다. 바꾸려면 --write로 콘솔을 시작하세요.',
  ],
  BUSY: ['AWS is busy; try again in a moment.', 'AWS가 바쁩니다. 잠시 후 다시 시도하세요.'],
  CONSOLE_LOST: [
    'The console in the terminal does not answer. Is it still running?',
    '터미널의 콘솔이 응답하지 않습니다. 실행 중인지 확인하세요.',
  ],
  SIGNED_OUT: [
    'Open the whole address that the terminal shows. It works once; start the console again for a new one.',
    '터미널에 표시된 주소 전체를 여세요. 주소는 한 번만 쓸 수 있으니, 새 주소가 필요하면 콘솔을 다시 시작하세요.',
  ],
  LIST_NAME: [
    'The name of a list has at most 64 letters, digits, dots, hyphens and underscores, and begins with a letter or digit.',
    '목록 이름은 글자나 숫자로 시작하며, 글자·숫자·점·하이픈·밑줄 64자까지입니다.',
  ],
  LIST_EXISTS: ['There is a list of this name already.', '같은 이름의 목록이 이미 있습니다.'],
  NO_LIST: ['There is no list of this name.', '이 이름의 목록이 없습니다.'],
  NO_PICTURE_FILE: ['The file is no picture that can be read.', '인식할 수 있는 사진 파일이 아닙니다.'],
  NO_INDEX_HELPS: [
    'This part of a plate would need the whole table. Choose a camera, or end it in four digits.',
    '이 조건은 테이블 전체를 읽어야 합니다. 카메라를 고르거나 끝 네 자리를 입력하세요.',
  ],
  HASHES_NOT_COMPARED: [
    'Of plates that the stage keeps as hashes only, whole plates and last four digits can be searched; these are left out.',
    '해시로만 저장된 번호판은 전체 번호판이나 끝 네 자리로만 찾을 수 있어 결과에서 빠졌습니다.',
  ],
  HASHES_NOT_SEARCHED: [
    'Plates that the stage keeps as hashes only were not searched: the console may not read their key.',
    '해시 키를 읽을 수 없어 해시로만 저장된 번호판은 찾지 못했습니다.',
  ],
  PLATE_ON_NO_LIST: [
    'The plate is on no list, and the stage keeps such plates as hashes only. Put it on a list first.',
    '이 스테이지는 목록에 없는 번호판을 해시로만 저장합니다. 먼저 번호판을 목록에 추가하세요.',
  ],
  WHOLE_PLATE: [
    'Type the whole plate. The page Search finds parts of one.',
    '번호판 전체를 입력하세요. 일부로 찾으려면 검색 페이지를 쓰세요.',
  ],
  NO_VISITS: [
    'This stage has no visits yet. Deploy it again, with events=true.',
    '이 스테이지에는 아직 방문 기능이 없습니다. events=true로 다시 배포하세요.',
  ],
  NO_RECORD: [
    'There is no record of this picture, or it has expired.',
    '이 사진의 기록이 없거나 보관 기간이 지났습니다.',
  ],
};

/** Names of a record's attributes. */
const attributes: Terms = {
  plate: ['Plate', '번호판'],
  confidence: ['Confidence', '신뢰도'],
  verdict: ['Verdict', '판정'],
  plateFaults: ['What is wrong', '문제점'],
  plateCorrections: ['Replaced look-alikes', '바꾼 글자'],
  plateClass: ['Use', '용도'],
  vehicleKind: ['Vehicle', '차종'],
  region: ['Region', '지역'],
  camera: ['Camera', '카메라'],
  capturedAt: ['Captured', '촬영 시각'],
  capturedAtSource: ['Source of that time', '촬영 시각 출처'],
  uploadedAt: ['Uploaded', '업로드 시각'],
  readAt: ['Read', '인식 시각'],
  status: ['Status', '상태'],
  reason: ['Reason', '이유'],
  needsReview: ['Needs review', '확인 필요'],
  review: ['Review', '검토'],
  reviewState: ['Review state', '검토 상태'],
  key: ['Object key', '객체 키'],
  bucket: ['Bucket', '버킷'],
  versionId: ['Version', '버전'],
  etag: ['ETag', 'ETag'],
  imageId: ['Image id', '사진 ID'],
  fileType: ['File type', '파일 형식'],
  width: ['Width (pixels)', '너비 (픽셀)'],
  height: ['Height (pixels)', '높이 (픽셀)'],
  sizeBytes: ['Size (bytes)', '크기 (바이트)'],
  resolution: ['Resolution', '해상도'],
  preparation: ['Prepared for reading', '인식 전 처리'],
  attempts: ['Attempts', '시도 횟수'],
  calls: ['Calls of the endpoint', '엔드포인트 호출 수'],
  nextTryAt: ['Next try', '다음 시도'],
  expiresAt: ['Deleted after', '삭제 예정'],
  plateHash: ['Hash of the plate', '번호판 해시'],
  lastFourHash: ['Hash of the last four digits', '끝 네 자리 해시'],
  privacy: ['Unlisted plates as hashes only', '목록에 없는 번호판은 해시만 저장'],
  plateKey: ['Plate for search', '검색용 번호판'],
  lastFour: ['Last four digits', '끝 네 자리'],
  rulesVersion: ['Plate rules', '번호판 규칙'],
};

function pick(from: Terms, name: string, language: Language): string | undefined {
  const term = Object.hasOwn(from, name) ? from[name] : undefined;
  return term?.[language === 'en' ? 0 : 1];
}

/** A value such as a status or a verdict, for people. */
export function termOf(value: string, language: Language): string {
  return pick(terms, value, language) ?? value;
}

/** An attribute's name, for people. */
export function attributeOf(name: string, language: Language): string {
  return pick(attributes, name, language) ?? name;
}

/**
 * The sentence of a reason or fault; a code that is not known has that of its system, or its own in English.
 */
export function sentenceOf(
  reason: { readonly code: string; readonly message: string },
  language: Language,
): string {
  const { code, message } = reason;
  const system = Object.keys(reasonsOfSystems).find((prefix) => code.startsWith(prefix));
  return (
    pick(sentences, code, language) ??
    pick(reasonSentences, code, language) ??
    (system === undefined ? undefined : pick(reasonsOfSystems, system, language)) ??
    message
  );
}
