"""Drawn texts are what plates bear."""
import re
import unittest
from random import Random

from plates.alphabet import (
    ALPHABET,
    COMMERCIAL_LETTERS,
    DIPLOMATIC_WORDS,
    LETTERS,
    MILITARY_LETTERS,
    PARCEL_LETTERS,
    PRIVATE_LETTERS,
    REGIONS,
    RENTAL_LETTERS,
)
from plates.texts import SHARES, plate_text

_CAR = PRIVATE_LETTERS + RENTAL_LETTERS
_HIRE = COMMERCIAL_LETTERS + PARCEL_LETTERS
_REGION = f'(?:{"|".join(REGIONS)})'
_FORMS = {
    'long': rf'\d\d[{_CAR}{_HIRE}]\d{{4}}',
    'short': rf'\d\d[{_CAR}{_HIRE}]\d{{4}}',
    'green': rf'\d\d[{_CAR}{_HIRE}]\d{{4}}',
    'long-3': rf'[1-9]\d\d[{_CAR}]\d{{4}}',
    'film-3': rf'[1-9]\d\d[{_CAR}]\d{{4}}',
    'electric': rf'(?:\d\d|[1-9]\d\d)[{_CAR}]\d{{4}}',
    'corporate': rf'(?:\d\d|[1-9]\d\d)[{_CAR}]\d{{4}}',
    'green-regional': rf'{_REGION}\d\d?[{_CAR}{_HIRE}]\d{{4}}',
    'yellow-two-rows': rf'{_REGION}\d\d[{_HIRE}]\d{{4}}',
    'yellow-one-row': rf'{_REGION}\d\d[{_HIRE}]\d{{4}}',
    'military': rf'\d\d[{MILITARY_LETTERS}]\d{{4}}',
    'diplomatic': rf'(?:{"|".join(DIPLOMATIC_WORDS)})\d{{6}}',
    'construction-old': rf'영?{_REGION}[012]\d[{LETTERS}]\d{{4}}',
    'construction-new': rf'0\d\d[{_CAR}{_HIRE}]\d{{4}}',
    'motorcycle-old': rf'{_REGION}[가-힣]{{1,4}}[{LETTERS}]\d{{4}}',
    'motorcycle-new': rf'[1-9][{_CAR}][1-9]\d{{4}}',
    'temporary': rf'(?:{_REGION})?임\d{{4}}(?:\d\d)?',
}


class TextsTest(unittest.TestCase):
    def texts(self, kind, count=400):
        random = Random(1)
        return [''.join(plate_text(random, kind)) for _ in range(count)]

    def test_every_kind_has_its_form(self):
        self.assertEqual(set(_FORMS), set(SHARES))
        for kind, form in _FORMS.items():
            for text in self.texts(kind):
                self.assertRegex(text, re.compile(f'^{form}$'), kind)

    def test_every_character_is_in_the_alphabet(self):
        for kind in SHARES:
            self.assertLessEqual(set(''.join(self.texts(kind))), set(ALPHABET), kind)

    def test_every_letter_of_private_and_rental_cars_is_drawn(self):
        self.assertLessEqual(set(_CAR), set(''.join(self.texts('long', 2000))))


if __name__ == '__main__':
    unittest.main()
