"""Words, numbers and phone numbers as masks: for signs, advertisements, badges and time stamps."""
import glob
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

LATIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
DIGITS = '0123456789'
SYLLABLES = '가나다라마바사아자차카타파하서울대구부산광주시장약국교회식당은행병원마트주차금지출입구공사중안전제한속도' '택배운송건설전화문의상담무료대리점빵커피치킨'
MODELS = (
    'HYUNDAI',
    'KIA',
    'GENESIS',
    'SONATA',
    'SORENTO',
    'CARNIVAL',
    'PORTER II',
    'BONGO III',
    'GRANDEUR',
    'AVANTE',
    'TUCSON',
    'SPORTAGE',
    'MORNING',
    'RAY',
    'K5',
    'K7',
    'SM5',
    'QM6',
    'G80',
    'MALIBU',
    'SPARK',
    'TIVOLI',
    'REXTON',
    'TURBO',
    'GDI',
    'HYBRID',
    '4WD',
    'LPi',
    'VGT',
    'CRDi',
    '320d',
    'E300',
    'A6',
)
FONT_FOLDERS = (
    '/usr/share/fonts/truetype/nanum',
    '/usr/share/fonts/truetype/unfonts-core',
    '/usr/share/fonts/truetype/baekmuk',
)
LETTER_HEIGHT_PX = 44


class Lettering:
    '""A pool of drawn texts; `stamps` are overlays of cameras, `names` vehicle names, `signs` all others.""'

    def __init__(self, count, seed=11):
        random = Random(seed)
        korean = sorted(path for folder in FONT_FOLDERS for path in glob.glob(f'{folder}/*.ttf'))
        latin = sorted(glob.glob('/usr/share/fonts/truetype/dejavu/*.ttf'))
        self.signs = [draw(sign(random), random.choice(korean)) for _ in range(count)]
        self.names = [draw(random.choice(MODELS), random.choice(korean + latin)) for _ in range(count // 4)]
        self.stamps = [draw(stamp(random), random.choice(korean + latin)) for _ in range(count // 4)]


def pick(random, letters, count):
    """A word of `count` random letters."""
    return ''.join(random.choice(letters) for _ in range(count))


def sign(random):
    '""A text as it stands on shops, trucks, road signs and banners.""'
    kind = random.randrange(8)
    if kind == 0:
        return f'{pick(random, DIGITS, random.randrange(2, 5))}-{pick(random, DIGITS, 4)}'
    if kind == 1:
        return f'010-{pick(random, DIGITS, 4)}-{pick(random, DIGITS, 4)}'
    if kind == 2:
        return pick(random, DIGITS, random.randrange(1, 5))
    if kind == 3:
        return pick(random, LATIN, random.randrange(2, 10))
    if kind == 4:
        return f'{pick(random, DIGITS, random.randrange(1, 3))},000원'
    if kind == 5:
        word = pick(random, SYLLABLES, random.randrange(2, 5))
        return f'{word} {pick(random, DIGITS, random.randrange(1, 4))}'
    return pick(random, SYLLABLES, random.randrange(2, 9))


def stamp(random):
    '""A time stamp or caption burnt into a picture by a camera.""'
    year, month, day = random.randrange(2010, 2027), random.randrange(1, 13), random.randrange(1, 29)
    hour, minute, second = random.randrange(0, 24), random.randrange(0, 60), random.randrange(0, 60)
    separator = random.choice('-./')
    kind = random.randrange(6)
    if kind == 0:
        return f'{hour:02}:{minute:02}:{second:02}'
    if kind == 1:
        return f'CH{random.randrange(1, 9)} {random.randrange(10, 120)}km/h'
    if kind == 2:
        return f'Camera {random.randrange(1, 30):02}'
    if kind == 3:
        return f'N{random.uniform(33, 38):.5f} E{random.uniform(126, 130):.5f}'
    return f'{year}{separator}{month:02}{separator}{day:02} {hour:02}:{minute:02}:{second:02}'


def draw(text, font_path):
    '""The text as a tight mask (uint8, 0..255), letters about LETTER_HEIGHT_PX high.""'
    font = ImageFont.truetype(font_path, LETTER_HEIGHT_PX)
    left, top, right, bottom = font.getbbox(text)
    canvas = Image.new('L', (right - left + 4, bottom - top + 4), 0)
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), text, 255, font=font)
    mask = np.array(canvas)
    return cv2.dilate(mask, np.ones((2, 2), np.uint8)) if len(text) % 3 == 0 else mask
