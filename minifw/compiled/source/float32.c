#define REAL_BITS 32
#include "engine.h"
