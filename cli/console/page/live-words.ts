const english = {
  onList: 'On the list',
  notOnList: 'Not on the list',
  readAs: 'read as',
  soundOff: 'Sound is off',
  soundWaits: 'Sound is off until you click here',
  soundOn: 'Sound is on',
  turnOn: 'Turn on',
  turnOff: 'Turn off',
  listsFail: 'The watch lists cannot be read, so no match is shown and nothing sounds.',
  noLists: 'There are no watch lists, so nothing sounds.',
  hint: 'A match with a watch list is marked, and sounds once; the same car sounds again when it was not read for 5 minutes. It sounds only while this page is open.',
  strangers:
    'A plate that is not on a list is reported where its read is certain; doubtful reads are in Review, and are reported at the end of their visit.',
};

const korean: Readonly<Record<keyof typeof english, string>> = {
  onList: '목록에 있음:',
  notOnList: '목록에 없음:',
  readAs: '인식 결과',
  soundOff: '소리 꺼짐',
  soundWaits: '여기를 눌러야 소리가 납니다',
  soundOn: '소리 켜짐',
  turnOn: '켜기',
  turnOff: '끄기',
  listsFail: '감시 목록을 읽을 수 없어 일치 여부를 표시하지 않고 소리도 나지 않습니다.',
  noLists: '감시 목록이 없어 소리가 나지 않습니다.',
  hint: '감시 목록과 일치하면 표시하고 소리를 한 번 냅니다. 같은 차량은 5분 동안 인식되지 않은 뒤에야 다시 소리를 냅니다. 이 페이지가 열려 있을 때만 소리가 납니다.',
  strangers:
    '목록에 없는 번호판은 인식이 확실할 때만 알립니다. 불확실한 인식은 검토에 있으며 방문이 끝날 때 알립니다.',
};

/** The words of the page Live, besides those that other pages have too. */
export const liveWords = { en: english, ko: korean };
