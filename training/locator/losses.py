"""The loss of the locator: where plates are, where their corners lie, and how many rows they have."""
import torch
from torch.nn import functional

CORNER_WEIGHT, ROWS_WEIGHT, REFINE_WEIGHT = 3.0, 0.3, 8.0
LEAST_HEIGHT_PX = 14.0
"""Corner errors of lower plates count as if they were this high: nobody can read these, so larger ones matter."""

CORNER_BETA = 0.03
"""Corner errors, as shares of the plate's height, below which the loss is quadratic."""


def heat_loss(logits, heat, weight):
    """Focal loss with less penalty near a plate's centre: a sum per scene."""
    score = torch.sigmoid(logits)
    centre = (heat >= 0.999).float()
    found = centre * (1 - score) ** 2 * functional.logsigmoid(logits)
    quiet = (1 - centre) * (1 - heat) ** 4 * score**2 * functional.logsigmoid(-logits)
    return -((found + quiet) * weight).sum((1, 2, 3))


def corner_loss(corners, wanted, height):
    """Smooth L1 of the corner errors relative to the plate's height; `height` [N,1 or 4,h,w] is 0 where none counts."""
    if height.shape[1] == 4:
        height = height.repeat_interleave(2, dim=1)
    learn = (height > 0).float().expand_as(corners)
    relative = (corners - wanted) / height.clamp(min=LEAST_HEIGHT_PX)
    error = functional.smooth_l1_loss(
        relative, torch.zeros_like(relative), reduction='none', beta=CORNER_BETA
    )
    return (error.clamp(max=6) * learn).sum() / learn.sum().clamp(min=1)


def rows_loss(logits, rows, height):
    """Cross-entropy of "two rows" in cells that belong to a plate."""
    learn = (height > 0).float()
    error = functional.binary_cross_entropy_with_logits(logits, rows, reduction='none')
    return (error * learn).sum() / learn.sum().clamp(min=1)


def losses(outputs, batch):
    """Heat loss of each scene, and the heat, corner, rows and refinement losses of the batch before weighting."""
    logits, corners, rows_logits, refinements = outputs
    heat, weight, wanted, height, rows, refined, refine_height = batch
    by_scene = heat_loss(logits, heat, weight)
    plates = (heat >= 0.999).sum().clamp(min=1)
    return (
        by_scene,
        by_scene.sum() / plates,
        corner_loss(corners, wanted, height),
        rows_loss(rows_logits, rows, height),
        corner_loss(refinements, refined, refine_height),
    )
