"""The locator's network: a small pyramid that finds plates and their four corners on a grid of 8 pixels."""
import torch
from torch import nn
from torch.nn import functional

STRIDE = 8
"""Pixels of the picture per cell of the output grid."""

INPUT_SCALE = 1 / 128
"""Factor for pictures of 0..255; `fold_input_scale` moves it into the first weights for export."""

CORNER_UNIT_PX = 16.0
"""Corner offsets are shape × exp(size) × this many pixels, so plates of every size train alike."""


class ConvolutionBlock(nn.Module):
    """Convolution, batch normalisation, optional identity branch, ReLU: one convolution after export."""

    def __init__(self, channels_in, channels_out, kernel=3, stride=1, padding=None):
        super().__init__()
        padding = kernel // 2 if padding is None else padding
        self.convolution = nn.Conv2d(channels_in, channels_out, kernel, stride, padding, bias=False)
        self.normalisation = nn.BatchNorm2d(channels_out)
        self.has_identity = channels_in == channels_out and stride == 1

    def forward(self, features):
        result = self.normalisation(self.convolution(features))
        return functional.relu(result + features if self.has_identity else result)


def blocks(channels, count):
    """`count` blocks of equal width, each with its identity branch."""
    return [ConvolutionBlock(channels, channels) for _ in range(count)]


class Locator(nn.Module):
    """Maps RGB pictures (float, 0..255, sides multiples of 32) to scores, corner offsets and row counts."""

    def __init__(self, widths=(16, 32, 64, 96), depths=(1, 2, 2, 4), head=32):
        super().__init__()
        w4, w8, w16, w32 = widths
        d4, d8, d16, d32 = depths
        self.stage4 = nn.Sequential(ConvolutionBlock(3, w4, kernel=6, stride=4, padding=1), *blocks(w4, d4))
        self.stage8 = nn.Sequential(ConvolutionBlock(w4, w8, stride=2), *blocks(w8, d8))
        self.stage16 = nn.Sequential(ConvolutionBlock(w8, w16, stride=2), *blocks(w16, d16))
        self.stage32 = nn.Sequential(ConvolutionBlock(w16, w32, stride=2), *blocks(w32, d32))
        self.lateral32 = nn.Conv2d(w32, w16, 1)
        self.merge16 = ConvolutionBlock(w16, head)
        self.lateral8 = nn.Conv2d(w8, head, 1) if w8 != head else nn.Identity()
        self.merge8 = nn.Sequential(*blocks(head, 1))
        self.outputs = nn.Conv2d(head, 11, 1)
        self.refine = ConvolutionBlock(head, head)
        self.refinements = nn.Conv2d(head, 8, 1)
        self.input_scale = INPUT_SCALE
        nn.init.zeros_(self.outputs.bias)
        with torch.no_grad():
            self.outputs.bias[0] = -3.0

    def fold_input_scale(self):
        """Afterwards the network takes 0..255 without a multiplication, with equal results."""
        with torch.no_grad():
            self.stage4[0].convolution.weight.mul_(self.input_scale)
        self.input_scale = 1

    def forward(self, pictures):
        """Score logits [N,1,h,w], corners [N,8,h,w], two-row logits [N,1,h,w] and refinements [N,8,h,w].

        Corners are pixels from the cell's centre, meant for cells at a plate's centre. Refinements are the same,
        but channel pair k is meant for cells near corner k, which see it from close by.
        """
        at8 = self.stage8(self.stage4(pictures if self.input_scale == 1 else pictures * self.input_scale))
        at16 = self.stage16(at8)
        at32 = self.stage32(at16)
        at16 = self.merge16(at16 + double(self.lateral32(at32)))
        at8 = self.merge8(self.lateral8(at8) + double(at16))
        result = self.outputs(at8)
        size = torch.exp(result[:, 2:3].clamp(-4, 4)) * CORNER_UNIT_PX
        refinements = self.refinements(self.refine(at8)) * STRIDE
        return result[:, 0:1], result[:, 3:11] * size, result[:, 1:2], refinements


def double(features):
    """Twice the width and height, each cell repeated."""
    return functional.interpolate(features, scale_factor=2.0, mode='nearest')


def multiply_adds_per_pixel(locator, width_px=640, height_px=384):
    """Multiply-adds of all convolutions for one picture, per pixel of that picture."""
    total = 0

    def count(module, _inputs, output):
        nonlocal total
        total += module.weight.numel() * output.shape[-1] * output.shape[-2]

    hooks = [m.register_forward_hook(count) for m in locator.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        locator.eval()(torch.zeros(1, 3, height_px, width_px))
    for hook in hooks:
        hook.remove()
    return total / (width_px * height_px)
