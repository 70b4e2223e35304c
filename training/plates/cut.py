"""Cuts a plate out of a picture into the strip that the recogniser reads. The reader cuts in the same way."""

import cv2
import numpy as np

STRIP_WIDTH, STRIP_HEIGHT = 176, 32
# How much the located corners are moved outwards about their mean, along each axis.
ENLARGE_X, ENLARGE_Y = 1.04, 1.10
# Plates in two rows: the upper row fills the first 64 columns of the strip, the lower row the rest.
# Boxes are shares of the plate.
UPPER_COLUMNS = 64
UPPER_BOX = (14 / 112, 1 / 56, 84 / 112, 24 / 56)
LOWER_BOX = (0.0, 21 / 56, 1.0, 35 / 56)
# Above this height of a row's plate, in pixels, a strip's pixel is the mean of several samples.
PIXELS_PER_SAMPLE = 48
MOST_SAMPLES = 4


def enlarge(corners):
    """Corners, 4×2 and clockwise from the plate's top-left, moved outwards along the plate's two axes."""
    corners = np.asarray(corners, np.float64)
    along = (corners[1] + corners[2] - corners[0] - corners[3]) / 4
    down = (corners[2] + corners[3] - corners[0] - corners[1]) / 4
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return corners + np.array([(ENLARGE_X - 1) * x * along + (ENLARGE_Y - 1) * y * down for x, y in signs])


def _part(picture, corners, box, width, height, samples):
    """The box of the plate as width×height pixels."""
    left, top, across, down = box
    unit = cv2.getPerspectiveTransform(
        np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32), np.asarray(corners, np.float32)
    )
    fine_width, fine_height = width * samples, height * samples
    # From a pixel of the strip to the unit square of the plate, and from there to the picture.
    # The centre of a pixel lies half a pixel from its edge.
    to_unit = np.array(
        [
            [across / fine_width, 0, left + 0.5 * across / fine_width],
            [0, down / fine_height, top + 0.5 * down / fine_height],
            [0, 0, 1],
        ]
    )
    to_index = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    part = cv2.warpPerspective(
        picture,
        to_index @ unit @ to_unit,
        (fine_width, fine_height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return part if samples == 1 else cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA)


def cut_strip(picture, corners, rows):
    """A strip of 32×176×3 from a picture and the corners of the plate, in pixels from the top-left corner."""
    corners = enlarge(corners)
    height = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2 / rows
    samples = int(np.clip(np.ceil(height / PIXELS_PER_SAMPLE), 1, MOST_SAMPLES))
    if rows == 1:
        return _part(picture, corners, (0.0, 0.0, 1.0, 1.0), STRIP_WIDTH, STRIP_HEIGHT, samples)
    upper = _part(picture, corners, UPPER_BOX, UPPER_COLUMNS, STRIP_HEIGHT, samples)
    lower = _part(picture, corners, LOWER_BOX, STRIP_WIDTH - UPPER_COLUMNS, STRIP_HEIGHT, samples)
    return np.hstack([upper, lower])
