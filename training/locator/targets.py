"""Turns the plates of a scene into what the network should answer on its grid."""
import numpy as np

from locator.network import STRIDE

SPREAD_ALONG, SPREAD_ACROSS = 0.16, 0.22
"""Standard deviations of a plate's heat, as shares of its bounds' width and height."""

SMALLEST_SPREAD_PX = 5.0
CORNER_SHARE = 0.4
"""Cells with at least this heat also learn corners and rows."""


REFINE_SHARE, REFINE_PX = 0.5, 7.0
"""Cells up to this share of the plate's height plus these pixels from a corner learn to refine it."""


def encode(scene):
    """What the network should answer on its grid [h,w]: heat, weight of the heat, corners, plate height, rows,
    refinements, and the plate height for these.

    Corners and refinements are [8,h,w], float16, in pixels from the cell's centre. Heights are pixels, and 0 where
    nothing is to be learnt; rows are 1 for plates with two rows.
    """
    shape = scene.picture.shape[0] // STRIDE, scene.picture.shape[1] // STRIDE
    heat, height_at, rows_at = (np.zeros(shape, np.float32) for _ in range(3))
    corners_at, refined_at = (np.zeros((8, *shape), np.float32) for _ in range(2))
    refine_height = np.zeros((4, *shape), np.float32)
    nearest = np.full((4, *shape), np.inf, np.float32)
    x, y = np.meshgrid((np.arange(shape[1]) + 0.5) * STRIDE, (np.arange(shape[0]) + 0.5) * STRIDE)
    for corners, rows in scene.plates:
        height = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
        plate_heat = heat_of(corners, x, y)
        better = (plate_heat >= CORNER_SHARE) & (plate_heat > heat)
        heat = np.maximum(heat, plate_heat)
        height_at[better] = height
        rows_at[better] = rows - 1
        for index, (corner_x, corner_y) in enumerate(corners):
            away_x, away_y = corner_x - x, corner_y - y
            corners_at[2 * index][better] = away_x[better]
            corners_at[2 * index + 1][better] = away_y[better]
            distance = np.hypot(away_x, away_y)
            near = (distance < REFINE_SHARE * height + REFINE_PX) & (distance < nearest[index])
            nearest[index][near] = distance[near]
            refine_height[index][near] = height
            refined_at[2 * index][near] = away_x[near]
            refined_at[2 * index + 1][near] = away_y[near]
    heat = heat.astype(np.float32)
    weight = ignore_weight(scene, heat)
    return (
        heat,
        weight,
        corners_at.astype(np.float16),
        height_at,
        rows_at,
        refined_at.astype(np.float16),
        refine_height,
    )


def heat_of(corners, x, y):
    """A bell over the plate's bounds that is exactly 1 in the cell of its centre."""
    centre = corners.mean(0)
    extent = corners.max(0) - corners.min(0)
    spread = np.maximum(extent * [SPREAD_ALONG, SPREAD_ACROSS], SMALLEST_SPREAD_PX)
    heat = np.exp(-(((x - centre[0]) / spread[0]) ** 2 + ((y - centre[1]) / spread[1]) ** 2) / 2)
    row = int(np.clip(centre[1] // STRIDE, 0, heat.shape[0] - 1))
    column = int(np.clip(centre[0] // STRIDE, 0, heat.shape[1] - 1))
    heat[row, column] = 1.0
    return heat


def ignore_weight(scene, heat):
    """0 in cells that touch an ignored outline, else 1; plates keep their own centres."""
    weight = np.ones(heat.shape, np.float32)
    for outline in scene.ignored:
        low = np.floor(np.clip(outline.min(0), -1e4, 1e4) / STRIDE).astype(int)
        high = np.ceil(np.clip(outline.max(0), -1e4, 1e4) / STRIDE).astype(int)
        weight[max(0, low[1]) : max(0, high[1]), max(0, low[0]) : max(0, high[0])] = 0
    weight[heat >= CORNER_SHARE] = 1
    return weight
