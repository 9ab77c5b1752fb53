"""A mini deep-learning framework on torch tensors with every gradient written by hand.

One network and a stack of a thousand are the same code: see `stack`.
"""

from minifw.activations import ReLU, Sigmoid, Tanh
from minifw.containers import Sequential
from minifw.data import DataLoader, Dataset
from minifw.disc import disc
from minifw.dropout import Dropout
from minifw.gradcheck import GradientCheck, GradientError, check_gradients
from minifw.interop import from_torch, to_torch
from minifw.linear import Linear
from minifw.losses import CrossEntropyLoss, Loss, MSELoss
from minifw.module import Module, Parameter
from minifw.optimizer_base import Optimizer
from minifw.optimizers import SGD, Adadelta, Adagrad, Adam, RMSprop
from minifw.stack import stack, unstack
from minifw.training import History, evaluate, fit, run_epochs

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "CrossEntropyLoss",
    "DataLoader",
    "Dataset",
    "Dropout",
    "GradientCheck",
    "GradientError",
    "History",
    "Linear",
    "Loss",
    "MSELoss",
    "Module",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "check_gradients",
    "disc",
    "evaluate",
    "fit",
    "from_torch",
    "run_epochs",
    "stack",
    "to_torch",
    "unstack",
]
