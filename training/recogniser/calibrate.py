"""
Fits how sure the reader may be of a text. It uses drawn scenes with plates in faces that training never saw,
and things that are no plates:

    python3 -m recogniser.calibrate --locator LOCATOR.pt --recogniser FOLDER/checkpoint.pt \
        --models ../functions/plate-reader/models

Writes `calibration` into models.json: confidence = 1 / (1 + exp(-z)) with z = intercept + textWeight ×
log-odds of the text's probability + locatorWeight × log-odds of the locator's score + formWeight where the
text fits a form of plates.
"""

import argparse
import math
from random import Random

import cv2
import numpy as np
import torch
from torch import nn

from locator.evaluate import load as load_locator
from locator.looks import bounds, locate, overlap
from plates.alphabet import CLASS_OF
from plates.cut import cut_strip
from plates.forms import fits_a_form
from plates.glyphs import Glyphs
from plates.samples import StripSource
from recogniser.evaluate import load as load_recogniser
from recogniser.export import update_models
from recogniser.network import STEPS, greedy_texts
from scenes.lettering import Lettering
from scenes.photographs import Photographs
from scenes.scene import SceneMaker

SEED = 20261129
LEAST_SCORE = 0.2
NEAREST = 1e-6
# Real photographs hold more that no drawing shows, so wrong reads count more than right ones.
WRONG_READ_WEIGHT = 2.0
RIDGE = 0.01
HARDNESS_OF_FOREIGN = 0.5


class ReadableScenes(SceneMaker):
    """Scenes that remember the text of each plate."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.texts = []

    def scene(self):
        self.texts = []
        return super().scene()

    def add_plate(self, scene, view, plate, metres):
        count = len(scene.plates)
        super().add_plate(scene, view, plate, metres)
        if len(scene.plates) > count:
            self.texts.append((scene.plates[-1][0], plate.text))

    def text_of(self, corners):
        return next(text for known, text in self.texts if known is corners)


def log_odds(probability):
    probability = min(max(probability, NEAREST), 1 - NEAREST)
    return math.log(probability / (1 - probability))


@torch.no_grad()
def text_and_probability(network, strip):
    """The text of the likeliest path and the probability of that text, over all its paths."""
    log_probabilities = network(torch.from_numpy(strip[None]))
    text = greedy_texts(log_probabilities)[0]
    if not text:
        return '', 0.0
    targets = torch.tensor([[CLASS_OF[character] for character in text]])
    lengths = torch.tensor([STEPS]), torch.tensor([len(text)])
    loss = nn.functional.ctc_loss(log_probabilities.transpose(0, 1), targets, *lengths, reduction='sum')
    return text, math.exp(-loss.item())


def reads_of(picture, locate_in, recogniser):
    """(plate found, text, probability) of each plate of an RGB picture."""
    for found in locate(picture, locate_in, LEAST_SCORE):
        text, probability = text_and_probability(recogniser, cut_strip(picture, found.corners, found.rows))
        if text:
            yield found, text, probability


def features(score, text, probability):
    return [1.0, log_odds(probability), log_odds(score), float(fits_a_form(text))]


def drawn_reads(locate_in, recogniser, scenes):
    """Features of each read, and whether it was right. Reads of plates that nobody could read count as wrong."""
    maker = ReadableScenes(Photographs(200), Lettering(600), Glyphs(held_out=True), SEED)
    rows, right = [], []
    for _ in range(scenes):
        scene = maker.scene()
        for found, text, probability in reads_of(scene.picture, locate_in, recogniser):
            plates = [
                corners
                for corners, _ in scene.plates
                if overlap(bounds(corners), bounds(found.corners)) > 0.3
            ]
            rows.append(features(found.score, text, probability))
            right.append(any(maker.text_of(corners) == text for corners in plates))
    return np.array(rows), np.array(right, float)


def foreign_reads(recogniser, strips):
    """Features of reads of foreign plates, telephone numbers and signs, as if located; all are wrong."""
    random = Random(SEED)
    source = StripSource(SEED, held_out=True)
    rows = []
    for _ in range(strips):
        text, probability = text_and_probability(recogniser, source.foreign(HARDNESS_OF_FOREIGN)[0])
        if text:
            rows.append(features(random.uniform(LEAST_SCORE, 0.95), text, probability))
    return np.array(rows), np.zeros(len(rows))


def fit(rows, right):
    """Weights of a logistic regression, by Newton's method."""
    sample_weights = np.where(right > 0, 1.0, WRONG_READ_WEIGHT)
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ weights))
        gradient = rows.T @ (sample_weights * (right - chance)) - RIDGE * weights
        curvature = (rows * (sample_weights * chance * (1 - chance))[:, None]).T @ rows + RIDGE * np.eye(
            len(weights)
        )
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def report(rows, right, weights):
    """Prints, by confidence, how many reads were right."""
    confidence = 1 / (1 + np.exp(-rows @ weights))
    print('confidence | reads | right')
    for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)):
        chosen = (confidence >= low) & (confidence < high)
        if chosen.any():
            print(f'{low:.2f}–{min(high, 1):.2f} | {chosen.sum()} | {right[chosen].mean():.3f}')


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--locator', required=True)
    parser.add_argument('--recogniser', required=True)
    parser.add_argument('--models', required=True)
    parser.add_argument('--scenes', type=int, default=2000)
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    recogniser = load_recogniser(options.recogniser)
    rows, right = drawn_reads(load_locator(options.locator), recogniser, options.scenes)
    foreign, wrong = foreign_reads(recogniser, options.scenes // 2)
    rows, right = np.concatenate([rows, foreign]), np.concatenate([right, wrong])
    # Fitted on every second read, judged by the others.
    report(rows[1::2], right[1::2], fit(rows[::2], right[::2]))
    weights = fit(rows, right)
    names = ('intercept', 'textWeight', 'locatorWeight', 'formWeight')
    calibration = {name: round(float(weight), 4) for name, weight in zip(names, weights)}
    print(calibration)
    update_models(options.models, {'calibration': calibration})


if __name__ == '__main__':
    main()
