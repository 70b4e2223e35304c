"""What South Korean plates can carry: letters by use, regions, districts and the reader's alphabet."""

DIGITS = '0123456789'
PRIVATE_LETTERS = '가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주'
RENTAL_LETTERS = '하허호'
COMMERCIAL_LETTERS = '바사아자'
PARCEL_LETTERS = '배'
MILITARY_LETTERS = '국합육해공'
MOTORCYCLE_LETTERS = '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허'
REGIONS = '서울 부산 대구 인천 광주 대전 울산 세종 경기 강원 충북 충남 전북 전남 경북 경남 제주'.split()
DIPLOMATIC_WORDS = '외교 영사 준외 준영 국기 협정 대표'.split()
# Letters that readers confuse with another letter; they are drawn more often.
LOOK_ALIKE_LETTERS = '오모호루무버배허어하바구두'
# Districts as old motorcycle plates name them, besides the region.
DISTRICTS = (
    '강남 강동 강북 강서 관악 광진 구로 금천 노원 도봉 동대문 동작 마포 서대문 서초 성동 성북 송파 양천 영등포 용산 은평 종로 중구 중랑 '
    '해운대 사하 금정 연제 수영 사상 기장 남구 북구 동구 서구 달서 달성 수성 부평 계양 남동 연수 미추홀 강화 옹진 광산 유성 대덕 울주 '
    '수원 성남 고양 용인 부천 안산 안양 남양주 화성 평택 의정부 시흥 파주 김포 광명 군포 오산 이천 양주 안성 구리 포천 의왕 하남 여주 양평 '
    '동두천 과천 가평 연천 춘천 원주 강릉 동해 태백 속초 삼척 홍천 횡성 영월 평창 정선 철원 화천 양구 인제 고성 양양 청주 충주 제천 청원 보은 '
    '옥천 영동 증평 진천 괴산 음성 단양 천안 공주 보령 아산 서산 논산 계룡 당진 금산 부여 서천 청양 홍성 예산 태안 전주 군산 익산 정읍 남원 '
    '김제 완주 진안 무주 장수 임실 순창 고창 부안 목포 여수 순천 나주 광양 담양 곡성 구례 고흥 보성 화순 장흥 강진 해남 영암 무안 함평 영광 '
    '장성 완도 진도 신안 포항 경주 김천 안동 구미 영주 영천 상주 문경 경산 군위 의성 청송 영양 영덕 청도 고령 성주 칠곡 예천 봉화 울진 울릉 '
    '창원 진주 통영 사천 김해 밀양 거제 양산 의령 함안 창녕 남해 하동 산청 함양 거창 합천 제주 서귀포'
).split()

LETTERS = ''.join(
    sorted(
        set(
            PRIVATE_LETTERS
            + RENTAL_LETTERS
            + COMMERCIAL_LETTERS
            + PARCEL_LETTERS
            + MILITARY_LETTERS
            + MOTORCYCLE_LETTERS
        )
    )
)
_SYLLABLES = ''.join(sorted(set(''.join(REGIONS + DIPLOMATIC_WORDS + DISTRICTS) + '영임') - set(LETTERS)))

# Class i + 1 of the recogniser is ALPHABET[i]; class 0 is the CTC blank.
ALPHABET = DIGITS + LETTERS + _SYLLABLES
CLASS_OF = {character: index + 1 for index, character in enumerate(ALPHABET)}
