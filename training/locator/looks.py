"""Looks at one picture at several scales and merges what the locator finds, as the reader does."""
from dataclasses import dataclass

import cv2
import numpy as np

from locator.network import STRIDE

LONG_SIDES_PX = (1280, 640, 320)
"""Long sides of the looks; those that would enlarge the picture more than MOST_ENLARGEMENT are left out."""

MOST_ENLARGEMENT = 2.0
PADDING_PX = 32
SAME_PLATE_OVERLAP = 0.3
REFINE_STEPS = 2
LARGEST_REFINED_PX = 300
"""Plates wider than this in a look are not refined in it."""

LARGEST_MOVE = 0.7
"""Share of the plate's height by which a corner may be refined; farther answers are not believed."""


@dataclass
class Found:
    """A located plate: score 0..1, corners [4,2] in pixels, clockwise from its top-left, rows, scale of its look."""

    score: float
    corners: np.ndarray
    rows: int
    scale: float


def looks(picture, sides):
    """Pairs of scale and scaled picture, the largest first."""
    height, width = picture.shape[:2]
    longest = max(width, height)
    for side in sides:
        scale = side / longest
        if scale > MOST_ENLARGEMENT:
            continue
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        yield scale, cv2.resize(picture, size, interpolation=method)


def padded(picture):
    """The picture with black at its right and lower edge, so that both sides are multiples of 32."""
    height, width = picture.shape[:2]
    result = np.zeros((-height % PADDING_PX + height, -width % PADDING_PX + width, 3), np.uint8)
    result[:height, :width] = picture
    return result


def peaks(scores, corners, rows, least_score):
    """Cells that are the largest of their 5×5 neighbourhood: score, rough corners in pixels of the look, rows."""
    scores, rows = scores[0], rows[0]
    highest = cv2.dilate(scores, np.ones((5, 5), np.uint8))
    found = []
    for row, column in zip(*np.nonzero((scores >= highest) & (scores >= least_score))):
        centre = np.array([(column + 0.5) * STRIDE, (row + 0.5) * STRIDE])
        at = corners[:, row, column].reshape(4, 2) + centre
        found.append((float(scores[row, column]), at, 2 if rows[row, column] > 0.5 else 1))
    return found


def refine(corners, refinements):
    """Moves each corner to where the cell it lies in sees it, and once more from there; small moves only."""
    height = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    refined = corners
    for _ in range(REFINE_STEPS):
        at = np.stack([refined_corner(index, corner, refinements) for index, corner in enumerate(refined)])
        near = np.linalg.norm(at - corners, axis=1) <= LARGEST_MOVE * height
        refined = np.where(near[:, None], at, corners)
    return refined


def refined_corner(index, corner, refinements):
    """The place of corner `index` (0..3) as the cell at `corner` sees it."""
    column = int(np.clip(corner[0] // STRIDE, 0, refinements.shape[2] - 1))
    row = int(np.clip(corner[1] // STRIDE, 0, refinements.shape[1] - 1))
    centre = np.array([(column + 0.5) * STRIDE, (row + 0.5) * STRIDE])
    return centre + refinements[2 * index : 2 * index + 2, row, column]


def bounds(corners):
    """Left, top, right and bottom of the corners."""
    return (*corners.min(0), *corners.max(0))


def overlap(first, second):
    """Intersection over union of two bounds."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    both = max(0.0, width) * max(0.0, height)
    areas = sum((b[2] - b[0]) * (b[3] - b[1]) for b in (first, second))
    return both / max(areas - both, 1e-9)


def locate(picture, run, least_score, sides=LONG_SIDES_PX):
    """All plates of an RGB picture, best first. `run` maps one padded picture to the network's four grids."""
    found, refinements_of = [], {}
    for scale, look in looks(picture, sides):
        scores, corners, rows, refinements_of[scale] = run(padded(look))
        for score, at, count in peaks(scores, corners, rows, least_score):
            refined = refine(at, refinements_of[scale])
            found.append(Found(score, refined / scale, count, scale))
    found.sort(key=lambda plate: -plate.score)
    kept = []
    for plate in found:
        if all(overlap(bounds(plate.corners), bounds(other.corners)) < SAME_PLATE_OVERLAP for other in kept):
            kept.append(plate)
    for plate in kept:
        refine_in_larger_looks(plate, refinements_of)
    return kept


def refine_in_larger_looks(plate, refinements_of):
    """Refines the corners in each look that shows the plate larger, as long as it is not too large there."""
    for scale in sorted(refinements_of):
        width = np.linalg.norm(plate.corners[1] - plate.corners[0]) * scale
        if scale > plate.scale and width <= LARGEST_REFINED_PX:
            plate.corners = refine(plate.corners * scale, refinements_of[scale]) / scale
