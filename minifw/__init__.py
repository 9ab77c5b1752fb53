"""A mini deep-learning framework on torch tensors with every gradient written by hand.

One network and a stack of a thousand are the same code: see `stack`.
"""

from minifw.activations import ReLU, Sigmoid, Tanh
from minifw.checkpoint import checkpoint, resume
from minifw.containers import ModuleDict, ModuleList, Sequential
from minifw.data import DataLoader, Dataset
from minifw.disc import disc
from minifw.dropout import Dropout
from minifw.gradcheck import GradientCheck, GradientError, check_gradients
from minifw.history import History
from minifw.interop import from_torch, to_torch
from minifw.linear import Linear
from minifw.losses import CrossEntropyLoss, Loss, MSELoss
from minifw.module import Module
from minifw.optimizer_base import Optimizer
from minifw.optimizers import SGD, Adadelta, Adagrad, Adam, RMSprop
from minifw.parameter import Parameter
from minifw.stack import stack, unstack
from minifw.training import evaluate, fit, run_epochs

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
    "ModuleDict",
    "ModuleList",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "check_gradients",
    "checkpoint",
    "disc",
    "evaluate",
    "fit",
    "from_torch",
    "resume",
    "run_epochs",
    "stack",
    "to_torch",
    "unstack",
]
