"""The loss of the locator: where plates are, where their corners lie, and how many rows they have."""
import torch
from torch.nn import functional

CORNER_WEIGHT, ROWS_WEIGHT = 2.0, 0.3
CORNER_BETA = 0.05
"""Corner errors, as shares of the plate's height, below which the loss is quadratic."""


def heat_loss(logits, heat, weight):
    """Focal loss with less penalty near a plate's centre: a sum per scene."""
    score = torch.sigmoid(logits)
    centre = (heat >= 0.999).float()
    found = centre * (1 - score) ** 2 * functional.logsigmoid(logits)
    quiet = (1 - centre) * (1 - heat) ** 4 * score ** 2 * functional.logsigmoid(-logits)
    return -((found + quiet) * weight).sum((1, 2, 3))


def corner_loss(corners, wanted, height):
    """Smooth L1 of the corner errors relative to the plate's height; cells without a plate have height 0."""
    learn = (height > 0).float()
    relative = (corners - wanted) / height.clamp(min=3)
    error = functional.smooth_l1_loss(relative, torch.zeros_like(relative), reduction='none', beta=CORNER_BETA)
    return (error.clamp(max=6) * learn).sum() / (8 * learn.sum().clamp(min=1))


def rows_loss(logits, rows, height):
    """Cross-entropy of "two rows" in cells that belong to a plate."""
    learn = (height > 0).float()
    error = functional.binary_cross_entropy_with_logits(logits, rows, reduction='none')
    return (error * learn).sum() / learn.sum().clamp(min=1)


def losses(outputs, batch):
    """Heat loss per scene and per plate, corner loss and rows loss of a batch, before weighting."""
    logits, corners, rows_logits = outputs
    heat, weight, wanted, height, rows = batch
    by_scene = heat_loss(logits, heat, weight)
    plates = (heat >= 0.999).sum().clamp(min=1)
    return (by_scene, by_scene.sum() / plates, corner_loss(corners, wanted, height),
            rows_loss(rows_logits, rows, height))
