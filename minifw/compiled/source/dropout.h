/* Inverted dropout: in training y = x m / (1 - p), m = 0 with probability p (Srivastava et al., 2014, section 10). */

/* The uniform draw k / 2^53 is at least p exactly when k is at least ceil(2^53 p): a comparison of integers. */
INLINE fraction find_threshold(const double *p)
{
    fraction threshold;
    for (int lane = 0; lane < LANES; lane++) {
        double scaled = p[lane] * 0x1p53;
        int64_t k = (int64_t)scaled;
        k += (double)k < scaled;
        threshold.high[lane] = (uint32_t)(k >> 32);
        threshold.low[lane] = (uint32_t)k;
    }
    return threshold;
}

INLINE integers is_kept(fraction drawn, fraction threshold)
{
    word_integers low = drawn.low >= threshold.low;
    word_integers kept = (drawn.high > threshold.high) | ((drawn.high == threshold.high) & low);
    return __builtin_convertvector(kept, integers);
}

INLINE vec dropout_scale(const double *p)
{
    vec scale;
    for (int lane = 0; lane < LANES; lane++)
        scale[lane] = (real)(1 / (1 - p[lane]));
    return scale;
}

/* Draws the mask of 0 and 1 / (1 - p), element after element of x (samples, features), and y = x mask. */
FUNCTION void dropout_forward(layer l, int64_t samples)
{
    fraction threshold = find_threshold(l.dropout);
    vec scale = dropout_scale(l.dropout);
    for (int64_t k = 0; k < samples * l.outputs; k++) {
        l.mask[k] = select(is_kept(next_fraction(l.generator), threshold), scale, (vec){0});
        l.y[k] = l.x[k] * l.mask[k];
    }
}

/* In evaluation y = x. */
FUNCTION void dropout_evaluate(layer l, int64_t samples)
{
    for (int64_t k = 0; k < samples * l.outputs; k++)
        l.y[k] = l.x[k];
}

/* dx = dy mask. */
FUNCTION void dropout_backward(layer l, vec *dy, int64_t samples)
{
    for (int64_t k = 0; k < samples * l.outputs; k++)
        dy[k] *= l.mask[k];
}
