const english = {
  month: 'Month',
  pictures: 'Pictures',
  calls: 'Calls of the reader',
  reads: 'Read',
  noPlates: 'No plate',
  unreadable: 'Unreadable',
  others: 'Rejected or gone',
  estimatedPictures: 'Pictures, the whole month (estimate)',
  estimatedCalls: 'Calls, the whole month (estimate)',
  awsCost: 'AWS, the whole month (about)',
  callCost: 'Calls, the whole month',
  callPrice: 'Price of a call (won)',
  byDay: 'By day',
  byCamera: 'By camera',
  day: 'Day',
  nothing: 'Nothing was counted',
  nothingHint: 'A picture counts on the day of its record, in Korea.',
  chart: 'Pictures by day, as the table below shows them',
  estimateHint:
    'The estimate is linear: the counts so far, divided by the days that have passed, times the days of the month.',
  costHint:
    'AWS: the prices of US East (N. Virginia), published between 2024 and March 2026, for a stage with the default parameters, all its cameras and 90 days of storage; other regions differ by up to a fifth. The bill decides. The price of a call is yours to type; this browser remembers it.',
};

const korean: Readonly<Record<keyof typeof english, string>> = {
  month: '월',
  pictures: '사진',
  calls: '인식기 호출',
  reads: '인식됨',
  noPlates: '번호판 없음',
  unreadable: '인식 불가',
  others: '거부 또는 삭제',
  estimatedPictures: '월 전체 사진 (예상)',
  estimatedCalls: '월 전체 호출 (예상)',
  awsCost: '월 전체 AWS 요금 (약)',
  callCost: '월 전체 호출 요금',
  callPrice: '호출 단가 (원)',
  byDay: '날짜별',
  byCamera: '카메라별',
  day: '날짜',
  nothing: '집계된 사진이 없습니다',
  nothingHint: '사진은 기록된 날(한국 시간)에 집계됩니다.',
  chart: '날짜별 사진 수. 아래 표와 같습니다',
  estimateHint: '예상치는 지금까지의 수를 지난 날수로 나누고 그 달의 날수를 곱한 값입니다.',
  costHint:
    'AWS 요금: 2024년부터 2026년 3월까지 공개된 미국 동부(버지니아 북부) 단가, 기본 설정, 모든 카메라, 90일 보관 기준입니다. 다른 리전은 최대 5분의 1 정도 차이가 납니다. 실제 청구서가 기준입니다. 호출 단가는 직접 입력하며 이 브라우저가 기억합니다.',
};

/** The words of the page Usage. */
export const usageWords = { en: english, ko: korean };
