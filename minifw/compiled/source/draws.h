/* Random numbers as torch draws them on the CPU: `rand` in float64 and `randperm`, bit for bit. */

/* U[0, 1) in float64 is k / 2^53; k has the low 21 bits of a first word above all 32 of a second one. */
typedef struct {
    words high, low;
} fraction;

INLINE fraction next_fraction(words *generator)
{
    words high = next_word(generator) & 0x1fffffu;
    return (fraction){high, next_word(generator)};
}

/* numbers (count, lanes) from U[0, 1). */
FUNCTION void draw_uniform(words *generator, double *numbers, int64_t count)
{
    for (int64_t k = 0; k < count; k++) {
        fraction drawn = next_fraction(generator);
        for (int lane = 0; lane < LANES; lane++)
            numbers[k * LANES + lane] = (double)(int64_t)((uint64_t)drawn.high[lane] << 32 | drawn.low[lane]) * 0x1p-53;
    }
}

#if REAL_BITS == 64
/* numbers (count, lanes) from N(0, 1): the quantile of the middle of the 2^-53 wide interval that a uniform draw names. */
FUNCTION void draw_normal(words *generator, double *numbers, int64_t count)
{
    for (int64_t k = 0; k < count; k++) {
        fraction drawn = next_fraction(generator);
        bits whole;
        for (int lane = 0; lane < LANES; lane++)
            whole[lane] = (uint64_t)drawn.high[lane] << 32 | drawn.low[lane];
        *(vec *)(numbers + k * LANES) = normal_quantile(whole);
    }
}
#endif

/* order (lanes, samples): each lane's permutation of 0 to samples - 1, by Fisher and Yates's shuffle from the front. */
FUNCTION void draw_permutation(words *generator, int32_t *order, int64_t samples)
{
    for (int64_t lane = 0; lane < LANES; lane++)
        for (int64_t k = 0; k < samples; k++)
            order[lane * samples + k] = (int32_t)k;
    for (int64_t k = 0; k < samples - 1; k++) {
        words drawn = next_word(generator);
        for (int64_t lane = 0; lane < LANES; lane++) {
            int32_t *mine = order + lane * samples;
            int64_t other = k + drawn[lane] % (uint32_t)(samples - k);
            int32_t swapped = mine[k];
            mine[k] = mine[other];
            mine[other] = swapped;
        }
    }
}
