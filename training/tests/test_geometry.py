"""Corners are where plates are drawn, strips are cut where corners say, and targets give the corners back."""
import unittest
from random import Random

import cv2
import numpy as np

from locator.looks import peaks, refine
from locator.targets import encode
from plates.cut import LOWER_BOX, STRIP_HEIGHT, STRIP_WIDTH, UPPER_BOX, UPPER_COLUMNS, cut_strip, enlarge
from scenes.scene import Scene
from scenes.view import View, paste, rectangle

CORNERS = np.array([[40.0, 52.0], [150.0, 40.0], [156.0, 78.0], [36.0, 88.0]])


def ramps(width, height):
    """A picture whose red is the column and whose green is the row of each pixel."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0], picture[..., 1] = np.arange(width)[None], np.arange(height)[:, None]
    return picture


def expected(corners, box, columns):
    """Column and row, as `ramps` has them, of each pixel of a strip's part, by the contract with the reader."""
    left, top, across, down = box
    unit = cv2.getPerspectiveTransform(
        np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32), enlarge(corners).astype(np.float32)
    )
    x, y = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(STRIP_HEIGHT) + 0.5) / STRIP_HEIGHT)
    points = np.stack([left + x * across, top + y * down, np.ones_like(x)], -1) @ unit.T
    return points[..., :2] / points[..., 2:] - 0.5


class CutTest(unittest.TestCase):
    def assert_close(self, strip, places):
        self.assertLess(np.abs(strip[..., :2].astype(float) - places).max(), 1.1)

    def test_one_row_fills_the_strip(self):
        strip = cut_strip(ramps(200, 130), CORNERS, 1)
        self.assert_close(strip, expected(CORNERS, (0, 0, 1, 1), STRIP_WIDTH))

    def test_two_rows_lie_side_by_side(self):
        strip = cut_strip(ramps(200, 130), CORNERS, 2)
        self.assert_close(strip[:, :UPPER_COLUMNS], expected(CORNERS, UPPER_BOX, UPPER_COLUMNS))
        lower = expected(CORNERS, LOWER_BOX, STRIP_WIDTH - UPPER_COLUMNS)
        self.assert_close(strip[:, UPPER_COLUMNS:], lower)


class SceneTest(unittest.TestCase):
    def test_a_plate_is_painted_where_its_corners_are(self):
        offsets = []
        for seed in range(20):
            view = View(Random(seed), 90, 0.52, (160, 128))
            corners = view.project(rectangle(0, 0, 0.52, 0.11))
            picture = np.zeros((256, 320, 3), np.uint8)
            paste(picture, np.full((64, 300, 3), 255, np.uint8), corners)
            painted = picture[..., 0] / 255
            area = cv2.contourArea(corners.astype(np.float32))
            self.assertAlmostEqual(painted.sum() / area, 1, delta=0.15)
            y, x = np.mgrid[:256, :320] + 0.5
            middle = np.array([(painted * x).sum(), (painted * y).sum()]) / painted.sum()
            moments = cv2.moments(corners.astype(np.float32))
            centre = np.array([moments['m10'], moments['m01']]) / moments['m00']
            offsets.append(middle - centre)
        self.assertLess(np.abs(offsets).max(), 0.7)
        self.assertLess(np.abs(np.mean(offsets, 0)).max(), 0.1)

    def test_targets_give_corners_and_rows_back(self):
        scene = Scene(np.zeros((256, 320, 3), np.uint8), [(CORNERS, 2)])
        heat, _weight, corners, _height, rows, refinements, _heights = encode(scene)
        ((score, at, count),) = peaks(heat[None], corners.astype(float), rows[None], 0.9)
        self.assertEqual((score, count), (1.0, 2))
        self.assertLess(np.abs(at - CORNERS).max(), 0.1)
        shaken = CORNERS + Random(2).uniform(-3, 3)
        self.assertLess(np.abs(refine(shaken, refinements.astype(float)) - CORNERS).max(), 0.1)


if __name__ == '__main__':
    unittest.main()
