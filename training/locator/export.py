"""Writes the trained locator as an ONNX file, with all normalisation folded into its convolutions.

Run in `training/`: python3 -m locator.export CHECKPOINT.
"""
import argparse
import hashlib
import json
import pathlib

import torch
from torch import nn

from locator.network import STRIDE, Locator, multiply_adds_per_pixel

MODELS = pathlib.Path(__file__).resolve().parents[2] / 'functions' / 'plate-reader' / 'models'
FILE_NAME = 'locator.onnx'
SCORE_THRESHOLD = 0.3
"""Least score of a plate, chosen on drawn scenes."""


class ExportedLocator(nn.Module):
    """Takes one uint8 RGB picture [1,H,W,3]; gives all grids as the reader expects them."""

    def __init__(self, locator):
        super().__init__()
        self.locator = locator

    def forward(self, picture):
        scores, corners, rows, refinements = self.locator(picture.permute(0, 3, 1, 2).float())
        return torch.sigmoid(scores), corners, torch.sigmoid(rows), refinements


def export(locator, path):
    """Writes `locator` to `path` (opset 17, dynamic height and width)."""
    locator.eval().fold_input_scale()
    grids = ['scores', 'corners', 'rows', 'refinements']
    grid_axes = {2: 'gridHeight', 3: 'gridWidth'}
    torch.onnx.export(
        ExportedLocator(locator),
        torch.zeros(1, 384, 640, 3, dtype=torch.uint8),
        path,
        opset_version=17,
        input_names=['picture'],
        output_names=grids,
        dynamic_axes={'picture': {1: 'height', 2: 'width'}, **{name: grid_axes for name in grids}},
    )


def record(folder):
    """Notes the file's digest and the locator's threshold in models.json; keeps all other entries."""
    manifest_path = folder / 'models.json'
    manifest = json.loads(manifest_path.read_text()) if manifest_path.exists() else {}
    digest = hashlib.sha256((folder / FILE_NAME).read_bytes()).hexdigest()
    manifest['locator'] = {'file': FILE_NAME, 'sha256': digest, 'stride': STRIDE}
    manifest.setdefault('thresholds', {})['locatorScore'] = SCORE_THRESHOLD
    manifest_path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint')
    parser.add_argument('--folder', type=pathlib.Path, default=MODELS)
    options = parser.parse_args()
    locator = Locator()
    locator.load_state_dict(torch.load(options.checkpoint, map_location='cpu')['average'])
    options.folder.mkdir(parents=True, exist_ok=True)
    export(locator, str(options.folder / FILE_NAME))
    record(options.folder)
    print(f'{multiply_adds_per_pixel(locator):.0f} multiply-adds per pixel')


if __name__ == '__main__':
    main()
