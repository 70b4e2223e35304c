"""Packs the fonts, photographs and car models that drawing needs, for a machine without Debian's packages:

    python3 -m on_gpu.pack assets.tar

Fonts keep only the characters that are drawn, photographs are made smaller. All together takes about 40 MB.
"""
import argparse
import glob
import io
import tarfile
from random import Random

import cv2
from fontTools import subset

from plates import glyphs
from plates.alphabet import ALPHABET
from plates.capture import SURROUNDINGS
from plates.foreign import SIGNS
from scenes.car_models import FOLDER, MODELS
from scenes.lettering import FONT_FOLDERS, SYLLABLES
from scenes.photographs import FOLDERS as PHOTOGRAPH_FOLDERS

CHARACTERS = ''.join(map(chr, range(32, 127))) + ALPHABET + SYLLABLES + '원' + ''.join(SIGNS)
LONGEST_SIDE_PX = 760
JPEG_QUALITY = 85
PHOTOGRAPHS = 500
LARGE_FONT_BYTES = 60_000


def add(archive, path, content):
    """Puts bytes into the archive under the path, without its first slash."""
    entry = tarfile.TarInfo(path.lstrip('/'))
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def font_paths():
    """Fonts of plates, of signs and of time stamps."""
    folders = [*FONT_FOLDERS, '/usr/share/fonts/truetype/dejavu']
    return sorted(
        {*glyphs.all_font_paths(), *(path for folder in folders for path in glob.glob(f'{folder}/*.ttf'))}
    )


def smaller_font(path):
    """The font with the characters that are drawn. Collections keep only their Korean face."""
    with open(path, 'rb') as file:
        content = file.read()
    if len(content) < LARGE_FONT_BYTES:
        return content
    options = subset.Options(font_number=glyphs.face_index(path), drop_tables=['GSUB', 'GPOS'])
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def smaller_photograph(path):
    """The picture as a file of the same kind, or None where it is too small to use."""
    picture = cv2.imread(path)
    if picture is None or min(picture.shape[:2]) < 64:
        return None
    scale = min(1.0, LONGEST_SIDE_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Readers tell the kind by the content, so every name may hold a JPEG.
    return cv2.imencode('.jpg', small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def photograph_paths():
    """A choice of what scenes and the surroundings of plates show."""
    paths = {path for pattern in SURROUNDINGS for path in glob.glob(pattern)}
    for folder in PHOTOGRAPH_FOLDERS:
        for kind in ('jpg', 'jpeg', 'png', 'webp'):
            paths |= set(glob.glob(f'{folder}/**/*.{kind}', recursive=True))
    return Random(3).sample(sorted(paths), min(len(paths), PHOTOGRAPHS))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('archive')
    options = parser.parse_args()
    with tarfile.open(options.archive, 'w') as archive:
        for path in font_paths():
            add(archive, path, smaller_font(path))
        for path in photograph_paths():
            if (content := smaller_photograph(path)) is not None:
                add(archive, path, content)
        for name in MODELS:
            for path in glob.glob(f'{FOLDER}/{name}/{name}.acc') + glob.glob(f'{FOLDER}/{name}/{name}.rgb'):
                with open(path, 'rb') as file:
                    add(archive, path, file.read())


if __name__ == '__main__':
    main()
