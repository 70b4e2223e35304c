"""The recogniser: convolutions over a strip, 44 steps of CTC classes."""

import torch
from torch import nn

from plates.alphabet import ALPHABET
from plates.cut import STRIP_WIDTH

CLASSES = len(ALPHABET) + 1
STEPS = STRIP_WIDTH // 4


def _convolution(inputs, outputs, kernel=(3, 3), stride=1):
    padding = kernel[0] // 2, kernel[1] // 2
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two convolutions and a connection past them."""

    def __init__(self, channels, kernel=(3, 3)):
        super().__init__()
        padding = kernel[0] // 2, kernel[1] // 2
        self.first = _convolution(channels, channels, kernel)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, kernel, 1, padding, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class Recogniser(nn.Module):
    """From strips, uint8 N×32×176×3 RGB, to log-probabilities, N×44×classes; class 0 is the blank."""

    def __init__(self, widths=(16, 40, 64), head=128):
        super().__init__()
        first, second, third = widths
        self.body = nn.Sequential(
            _convolution(3, first, stride=2),
            _convolution(first, second, stride=2),
            Residual(second),
            _convolution(second, third, stride=(2, 1)),
            Residual(third),
            _convolution(third, head, stride=(2, 1)),
        )
        self.flatten = nn.Sequential(
            nn.Conv2d(head, head, (2, 1), bias=False), nn.BatchNorm2d(head), nn.ReLU(inplace=True)
        )
        self.head = nn.Sequential(Residual(head, (1, 5)), nn.Dropout(0.1), nn.Conv2d(head, CLASSES, 1))

    def forward(self, strips):
        x = strips.permute(0, 3, 1, 2).float()
        # Each strip is brought to the same mean and contrast, so that night and glare look alike.
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        deviation = ((x - mean) ** 2).mean(dim=(1, 2, 3), keepdim=True).sqrt()
        x = (x - mean) / (deviation + 4.0)
        logits = self.head(self.flatten(self.body(x))).squeeze(2).transpose(1, 2)
        return logits.float().log_softmax(-1)


def greedy_texts(log_probabilities):
    """The likeliest class of each step, repeats and blanks removed."""
    texts = []
    for classes in log_probabilities.argmax(-1).tolist():
        text, previous = '', 0
        for index in classes:
            if index not in (0, previous):
                text += ALPHABET[index - 1]
            previous = index
        texts.append(text)
    return texts
