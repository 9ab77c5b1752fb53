/* Whole trainings of tiny networks, one network in each lane of a SIMD vector. Compiled once for every width of vector
 * (VECTOR_BYTES) and precision (REAL_BITS); the bits of a trial depend on neither the width nor its neighbours. */
#include "vector.h"
#include "elementary.h"
#if REAL_BITS == 64
#include "quantile.h"
#endif
#include "mersenne.h"
#include "draws.h"
#include "tiles.h"
#include "descriptor.h"
#include "layout.h"
#include "affine.h"
#include "activations.h"
#include "dropout.h"
#include "network.h"
#include "losses.h"
#include "optimizers.h"
#include "loader.h"
#include "evaluation.h"
#include "training.h"
#include "limit.h"
#include "rounding.h"
#include "abi.h"
