const english = {
  nothingOpen: 'Nothing to review',
  nothingOpenHint: 'Readings that a person should look at appear here by themselves.',
  waiting: 'To review',
  why: 'Why',
  lowConfidence: 'The reader is not sure.',
  severalPlates: 'The picture shows several plates.',
  confirm: 'Confirm',
  correct: 'Correct',
  reject: 'No plate',
  add: 'Enter the plate',
  next: 'Skip',
  save: 'Save',
  cancel: 'Cancel',
  takeBack: 'Take back',
  take: 'Take',
  newPlate: 'The plate as you read it',
  otherPlates: 'Other plates in the picture:',
  readAs: 'read as',
  readOnly: 'This page only reads. Start the console with --write to decide here.',
  as: 'You decide as',
  keys: 'Keys: y confirm · e correct · x no plate · u take back · j and k move · b box · + and − zoom',
};

type ReviewWords = Readonly<Record<keyof typeof english, string>>;

const korean: ReviewWords = {
  nothingOpen: '검토할 사진이 없습니다',
  nothingOpenHint: '사람이 확인해야 하는 인식 결과가 여기에 자동으로 나타납니다.',
  waiting: '검토 대기',
  why: '이유',
  lowConfidence: '인식 결과가 확실하지 않습니다.',
  severalPlates: '사진에 번호판이 여러 개 있습니다.',
  confirm: '맞음',
  correct: '고치기',
  reject: '번호판 아님',
  add: '번호판 입력',
  next: '건너뛰기',
  save: '저장',
  cancel: '취소',
  takeBack: '되돌리기',
  take: '선택',
  newPlate: '눈으로 읽은 번호판',
  otherPlates: '사진 속 다른 번호판:',
  readAs: '인식 결과',
  readOnly: '읽기 전용입니다. 여기서 판단하려면 --write로 콘솔을 시작하세요.',
  as: '판단하는 사람:',
  keys: '단축키: y 맞음 · e 고치기 · x 번호판 아님 · u 되돌리기 · j, k 이동 · b 위치 표시 · +, − 확대·축소',
};

/** The words of Review and of every other place where a person decides about a read. */
export const reviewWords = { en: english, ko: korean };
