/* Vectors of lanes. Lane k of every vector belongs to trial k of a block, so nothing is ever added up over lanes.
 *
 * Only +, -, *, / and the square root are used, which IEEE 754 rounds correctly, so the bits are the same on every machine.
 */
#include <stdint.h>

#if REAL_BITS == 32
typedef float real;
typedef uint32_t real_bits;
typedef int32_t real_integer;
#define SQUARE_ROOT __builtin_sqrtf
#else
typedef double real;
typedef uint64_t real_bits;
typedef int64_t real_integer;
#define SQUARE_ROOT __builtin_sqrt
#endif

#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "intermediate results would be rounded to another precision than the one asked for"
#endif
#ifdef __FAST_MATH__
#error "-ffast-math changes the order of operations, and with it the bits"
#endif

#define LANES (VECTOR_BYTES / (int)sizeof(real))
#define INLINE static inline __attribute__((always_inline, unused))
#define FUNCTION static __attribute__((noinline, unused))

typedef real vec __attribute__((vector_size(VECTOR_BYTES)));
typedef real_bits bits __attribute__((vector_size(VECTOR_BYTES)));
typedef real_integer integers __attribute__((vector_size(VECTOR_BYTES)));
/* One 32-bit word a lane, for the generators; as wide as `vec` for float32, half as wide for float64. */
typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef int32_t word_integers __attribute__((vector_size(4 * LANES)));

/* The same number in every lane. Subtracting zero keeps the sign of -0. */
INLINE vec fill(real x) { return x - (vec){0}; }

INLINE words fill_words(uint32_t x) { return x + (words){0}; }

/* yes where the mask's lane is all ones, no where it is all zeros. */
INLINE vec select(integers mask, vec yes, vec no)
{
    return (vec)(((bits)mask & (bits)yes) | (~(bits)mask & (bits)no));
}

/* A loop over the lanes that stays a loop takes every lane through memory; clang leaves it one in WebAssembly unless told. */
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 16")
#endif

INLINE vec square_root(vec x)
{
    vec root;
    UNROLLED
    for (int lane = 0; lane < LANES; lane++)
        root[lane] = SQUARE_ROOT(x[lane]);
    return root;
}

/* The numbers of all lanes, rounded from float64. */
INLINE vec round_numbers(const double *numbers)
{
    vec rounded;
    for (int lane = 0; lane < LANES; lane++)
        rounded[lane] = (real)numbers[lane];
    return rounded;
}
