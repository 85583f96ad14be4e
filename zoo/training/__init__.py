"""How a model is trained: losses, optimizers, schedules and clippings, declared like ops.

Each file has the formula, its source and how frameworks differ. What the frameworks' own optimizers
mean in these words, as 20 steps in float64 show to 1e-12 (`backends/*/tests/test_optimizers.py`;
PyTorch 2.13.0, Keras 3.15.1 on each engine, Chainer 7.8.1):

    here               PyTorch               Keras                  Chainer
    SGD                SGD                   SGD                    SGD, MomentumSGD
      nesterov         nesterov=True         nesterov=True          none
      dampening        dampening             none                   none
    Adagrad            Adagrad               Adagrad                AdaGrad
      placement        outside               inside                 outside
      accumulator      0                     0.1 unless given       0
    Adadelta           Adadelta              Adadelta               AdaDelta, rate 1
    RMSprop            RMSprop, alpha=rho    RMSprop                RMSprop, alpha=rho
      placement        outside               inside                 outside, or eps_inside_sqrt
      centered         centered=True         centered=True          none
      momentum         momentum              momentum               none
    Adam               Adam                  Adam                   Adam
      placement        outside               uncorrected            uncorrected
    AdamW              AdamW                 AdamW                  AdamW: alpha = 1, eta = rate
      placement        outside               uncorrected            uncorrected
    Adamax             Adamax                Adamax                 none
      placement        inside                outside                none
    NAdam              NAdam                 Nadam                  none
      momentum_decay   momentum_decay        always 1               none
    weight_decay       weight_decay          weight_decay           hook WeightDecay
      decay            coupled, Adam and     decoupled              coupled
                       NAdam also decoupled
      decay_excludes   parameter groups      exclude_from_          none
                                             weight_decay
    ClipGlobalNorm     divides by            global_clipnorm        GradientClipping
                       norm + 1e-6
    ClipValue          clip_grad_value_      clipvalue              GradientHardClipping
    StepDecay          StepLR                ExponentialDecay,      none
                                             staircase=True
    Cosine             CosineAnnealingLR,    CosineDecay            none
                       up to its T_max
    warmup_steps = w   LinearLR(1 / w,       another ramp           none
                       total_iters=w - 1)
    accumulate         gradients added up    gradient_accumulation_ none
                       and divided           steps
    label_smoothing    label_smoothing       label_smoothing        none

Momentum and the rate: Keras and Chainer keep the rate inside the velocity, which is the same while
it is constant. Keras in float64: on TensorFlow a Python float passes through float32 on its way,
NumPy's float64 does not.
"""

from zoo.training.adadelta import Adadelta
from zoo.training.adagrad import Adagrad
from zoo.training.adam import Adam
from zoo.training.adamax import Adamax
from zoo.training.adamw import AdamW
from zoo.training.base import (
    CLIPPINGS,
    LOSSES,
    OPTIMIZERS,
    SCHEDULES,
    Clipping,
    Loss,
    Optimizer,
    Schedule,
)
from zoo.training.clip_global_norm import ClipGlobalNorm
from zoo.training.clip_value import ClipValue
from zoo.training.constant import Constant
from zoo.training.cosine import Cosine
from zoo.training.mean_squared_error import MeanSquaredError
from zoo.training.nadam import NAdam
from zoo.training.rmsprop import RMSprop
from zoo.training.sgd import SGD
from zoo.training.softmax_cross_entropy import SoftmaxCrossEntropy
from zoo.training.step_decay import StepDecay

__all__ = [
    "CLIPPINGS",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "ClipGlobalNorm",
    "ClipValue",
    "Clipping",
    "Constant",
    "Cosine",
    "Loss",
    "MeanSquaredError",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "Schedule",
    "SoftmaxCrossEntropy",
    "StepDecay",
]
