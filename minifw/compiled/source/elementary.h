/* exp, tanh, sigmoid and log from polynomials of our own; `minifw/compiled/derivation.py` makes the coefficients.
 *
 * Infinities and NaN need no branch: clamping keeps NaN, since comparisons with it are false.
 */
#include "coefficients.h"

#if REAL_BITS == 32
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define ROUNDER 0x1.8p23f
#define EXP_LOWEST -104.0f
#define EXP_HIGHEST 89.0f
#define TANH_HIGHEST 10.0f
#define SMALLEST_NORMAL 0x1p-126f
#define LARGEST 0x1.fffffep127f
#define ROOT_HALF_BITS 0x3f3504f3u
#define SIGN_BIT 0x80000000u
#else
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define ROUNDER 0x1.8p52
#define EXP_LOWEST -746.0
#define EXP_HIGHEST 710.0
#define TANH_HIGHEST 20.0
#define SMALLEST_NORMAL 0x1p-1022
#define LARGEST 0x1.fffffffffffffp1023
#define ROOT_HALF_BITS 0x3fe6a09e667f3bcdu
#define SIGN_BIT 0x8000000000000000u
#endif

/* c[0] + c[1] x + ... + c[degree] x^degree, by Horner's rule. */
INLINE vec polynomial(const real *c, int degree, vec x)
{
    vec sum = fill(c[degree]);
    for (int k = degree - 1; k >= 0; k--)
        sum = sum * x + c[k];
    return sum;
}

/* 2^n for integers n in the range of the exponent. */
INLINE vec power_of_two(integers n) { return (vec)((bits)(n + EXPONENT_BIAS) << MANTISSA_BITS); }

/* x = n ln 2 + r with |r| <= ln 2 / 2. Adding 1.5 2^p rounds to an integer and leaves it in the low bits. */
typedef struct {
    integers n;
    vec r;
} reduced;

INLINE reduced reduce(vec x)
{
    vec shifted = x * LOG2_E + ROUNDER;
    vec n = shifted - ROUNDER;
    return (reduced){(integers)((bits)shifted - (bits)fill(ROUNDER)), (x - n * LN2_HIGH) - n * LN2_LOW};
}

/* e^r - 1 = r + r^2 P(r) for |r| <= ln 2 / 2. */
INLINE vec exp_of_remainder_minus_one(vec r) { return r + (r * r) * polynomial(EXP, EXP_DEGREE, r); }

/* e^x = 2^n e^r, with 2^n in two factors, so that overflow and subnormal results come out rounded once. */
INLINE vec exponential(vec x)
{
    x = select(x < EXP_LOWEST, fill(EXP_LOWEST), x);
    x = select(x > EXP_HIGHEST, fill(EXP_HIGHEST), x);
    reduced part = reduce(x);
    integers half = part.n >> 1;
    vec mantissa = (real)1 + exp_of_remainder_minus_one(part.r);
    return (mantissa * power_of_two(half)) * power_of_two(part.n - half);
}

/* tanh |x| = e / (e + 2) with e = e^(2|x|) - 1 = 2^n (e^r - 1) + (2^n - 1): exact in the small, no branch. */
INLINE vec tangent_hyperbolic(vec x)
{
    bits sign = (bits)x & SIGN_BIT;
    vec size = (vec)((bits)x ^ sign);
    size = select(size > TANH_HIGHEST, fill(TANH_HIGHEST), size);
    reduced part = reduce(size + size);
    vec scale = power_of_two(part.n);
    vec e = scale * exp_of_remainder_minus_one(part.r) + (scale - (real)1);
    return (vec)((bits)(e / (e + (real)2)) | sign);
}

/* 1 / (1 + e^-x), from z = e^-|x|: 1 / (1 + z) for x >= 0 and z / (1 + z) below. */
INLINE vec logistic(vec x)
{
    vec z = exponential((vec)((bits)x | SIGN_BIT));
    return select(x < (real)0, z, fill((real)1)) / (z + (real)1);
}

/* log x = n ln 2 + log m, x = 2^n m with m in [sqrt 1/2, sqrt 2). With f = m - 1, which is exact, and s = f / (m + 1),
 * log m = 2 s + s^3 P(s^2) = f - s (f - s^2 P(s^2)), in which only a small part is rounded more than once.
 * NaN for all but normal positive numbers. */
INLINE vec logarithm(vec x)
{
    integers n = (integers)((bits)x - ROOT_HALF_BITS) >> MANTISSA_BITS;
    vec m = (vec)((bits)x - ((bits)n << MANTISSA_BITS));
    vec exponent = (vec)((bits)n + (bits)fill(ROUNDER)) - ROUNDER;
    vec f = m - (real)1;
    vec s = f / (m + (real)1);
    vec square = s * s;
    vec rest = s * (f - square * polynomial(LOG, LOG_DEGREE, square));
    vec y = exponent * LN2_HIGH + (f - (rest - exponent * LN2_LOW));
    integers normal = (x >= SMALLEST_NORMAL) & (x <= LARGEST);
    return select(normal, y, fill((real)__builtin_nan("")));
}
