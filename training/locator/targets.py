"""Turns the plates of a scene into what the network should answer on its grid."""
import numpy as np

from locator.network import STRIDE

SPREAD_ALONG, SPREAD_ACROSS = 0.16, 0.22
"""Standard deviations of a plate's heat, as shares of its bounds' width and height."""

SMALLEST_SPREAD_PX = 5.0
CORNER_SHARE = 0.4
"""Cells with at least this heat also learn corners and rows."""


def encode(scene):
    """Heat [h,w], weight of the heat [h,w], corners [8,h,w] in pixels from the cell's centre, plate height [h,w]
    (0 where no corners are learnt) and rows [h,w]; all float32 but the corners, float16."""
    grid_height, grid_width = scene.picture.shape[0] // STRIDE, scene.picture.shape[1] // STRIDE
    heat = np.zeros((grid_height, grid_width), np.float32)
    corners_at = np.zeros((8, grid_height, grid_width), np.float32)
    height_at = np.zeros((grid_height, grid_width), np.float32)
    rows_at = np.zeros((grid_height, grid_width), np.float32)
    x = (np.arange(grid_width) + 0.5) * STRIDE
    y = (np.arange(grid_height) + 0.5) * STRIDE
    for corners, rows in scene.plates:
        centre = corners.mean(0)
        extent = corners.max(0) - corners.min(0)
        spread = np.maximum(extent * [SPREAD_ALONG, SPREAD_ACROSS], SMALLEST_SPREAD_PX)
        plate_heat = np.exp(-(((x[None] - centre[0]) / spread[0]) ** 2 + ((y[:, None] - centre[1]) / spread[1]) ** 2) / 2)
        row = int(np.clip(centre[1] // STRIDE, 0, grid_height - 1))
        column = int(np.clip(centre[0] // STRIDE, 0, grid_width - 1))
        plate_heat[row, column] = 1.0
        better = (plate_heat >= CORNER_SHARE) & (plate_heat > heat)
        heat = np.maximum(heat, plate_heat.astype(np.float32))
        height_at[better] = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
        rows_at[better] = rows - 1
        for index, (corner_x, corner_y) in enumerate(corners):
            corners_at[2 * index][better] = np.broadcast_to(corner_x - x[None], heat.shape)[better]
            corners_at[2 * index + 1][better] = np.broadcast_to(corner_y - y[:, None], heat.shape)[better]
    return heat, ignore_weight(scene, heat), corners_at.astype(np.float16), height_at, rows_at


def ignore_weight(scene, heat):
    """0 in cells that touch an ignored outline, else 1; plates keep their own centres."""
    weight = np.ones(heat.shape, np.float32)
    for outline in scene.ignored:
        low = np.floor(np.clip(outline.min(0), -1e4, 1e4) / STRIDE).astype(int)
        high = np.ceil(np.clip(outline.max(0), -1e4, 1e4) / STRIDE).astype(int)
        weight[max(0, low[1]):max(0, high[1]), max(0, low[0]):max(0, high[0])] = 0
    weight[heat >= CORNER_SHARE] = 1
    return weight
