const english = {
  drop: 'Drop photos here, or choose them',
  dropHint:
    'JPEG, PNG and what else Plateline reads. They go to the bucket like those of a camera, and cost the same.',
  camera: 'Camera to record them under',
  sending: 'Uploading…',
  waits: 'Waiting to be read…',
  reading: 'Being read…',
  readOnly: 'This page only reads',
  readOnlyHint: 'Start the console with --write to upload photos.',
  tooMany: 'Only the first 50 photos were taken.',
  uploads: 'Your photos',
  open: 'Open',
};

const korean: Readonly<Record<keyof typeof english, string>> = {
  drop: '사진을 여기에 놓거나 선택하세요',
  dropHint: 'JPEG, PNG 등 인식할 수 있는 사진. 카메라 사진처럼 버킷에 올라가며 비용도 같습니다.',
  camera: '기록할 카메라 이름',
  sending: '올리는 중…',
  waits: '인식 대기 중…',
  reading: '인식 중…',
  readOnly: '읽기 전용입니다',
  readOnlyHint: '사진을 올리려면 콘솔을 --write로 시작하세요.',
  tooMany: '처음 50장만 올립니다.',
  uploads: '올린 사진',
  open: '열기',
};

/** The words of the page Upload. */
export const uploadWords = { en: english, ko: korean };
