/* Normal numbers by the inverse distribution function, in float64 whatever the precision of the training. */

/* -z with P(Z < -z) = p for p in (0, 1/2]: a polynomial in q^2, q = 1/2 - p, in the middle, and in the tails pieces in
 * r = sqrt(-2 log p), in which the quantile is close to a straight line. */
INLINE double quantile_piece(int piece, double r)
{
    double x = (r - TAIL_CENTRES[piece]) * TAIL_SCALES[piece], sum = TAIL[piece][TAIL_DEGREE];
    for (int k = TAIL_DEGREE - 1; k >= 0; k--)
        sum = sum * x + TAIL[piece][k];
    return sum;
}

INLINE int find_piece(double r)
{
    int piece = 0;
    while (piece < TAIL_PIECES - 1 && r > TAIL_ENDS[piece])
        piece++;
    return piece;
}

INLINE vec middle_quantile(vec p)
{
    vec q = (real)0.5 - p;
    return q * polynomial(MIDDLE, MIDDLE_DEGREE, (q * q) * MIDDLE_SCALE - (real)1);
}

/* The quantile of (k + 1/2) / 2^53 for k below 2^53, symmetric about the middle. */
INLINE vec normal_quantile(bits k)
{
    integers upper = k >= ((uint64_t)1 << 52);
    bits mirrored = ((((uint64_t)1 << 53) - 1) - k);
    bits near = (k & ~(bits)upper) | (mirrored & (bits)upper);
    vec p;
    for (int lane = 0; lane < LANES; lane++)
        p[lane] = ((double)(int64_t)near[lane] + 0.5) * 0x1p-53;
    vec z = middle_quantile(p);
    vec r = square_root((real)-2 * logarithm(p));
    for (int lane = 0; lane < LANES; lane++)
        if (p[lane] < MIDDLE_LOWEST)
            z[lane] = quantile_piece(find_piece(r[lane]), r[lane]);
    return select(upper, z, -z);
}
