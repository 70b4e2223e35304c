"""The forms of a whole plate's text, for the calibration. The reader's own rules say more."""

import re

from plates.alphabet import (
    COMMERCIAL_LETTERS,
    DIPLOMATIC_WORDS,
    LETTERS,
    MILITARY_LETTERS,
    MOTORCYCLE_LETTERS,
    PARCEL_LETTERS,
    PRIVATE_LETTERS,
    REGIONS,
    RENTAL_LETTERS,
)

_REGION = f'(?:{"|".join(REGIONS)})'
_CAR = PRIVATE_LETTERS + RENTAL_LETTERS
_HIRE = COMMERCIAL_LETTERS + PARCEL_LETTERS
_FORMS = re.compile(
    '|'.join(
        (
            f'\\d{{2}}[{_CAR}{_HIRE}{MILITARY_LETTERS}]\\d{{4}}',
            f'[1-9]\\d{{2}}[{_CAR}]\\d{{4}}',
            f'0\\d{{2}}[{LETTERS}]\\d{{4}}',
            f'{_REGION}\\d{{1,2}}[{_CAR}{_HIRE}]\\d{{4}}',
            f'영?{_REGION}[012]\\d[{LETTERS}]\\d{{4}}',
            f'(?:{"|".join(DIPLOMATIC_WORDS)})\\d{{6}}',
            f'{_REGION}(?:(?!임)[가-힣]|임실){{1,6}}[{MOTORCYCLE_LETTERS}]\\d{{4}}',
            f'[1-9][{LETTERS}][1-9]\\d{{4}}',
        )
    )
)


def fits_a_form(text):
    """Whether a text is that of a whole plate of some kind. Temporary plates have no known form."""
    return _FORMS.fullmatch(text) is not None and not text.endswith('0000')
