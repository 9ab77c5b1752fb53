/* mt19937 (Matsumoto and Nishimura, 1998) for all lanes at once, one generator a lane, seeded as torch seeds its own.
 *
 * A generator is 624 words and, behind them, how many of these have been given out.
 */
#define MERSENNE_WORDS 624
#define MERSENNE_SIZE (MERSENNE_WORDS + 1)

INLINE void seed_generator(words *generator, words seed)
{
    generator[0] = seed;
    for (uint32_t k = 1; k < MERSENNE_WORDS; k++)
        generator[k] = (uint32_t)1812433253 * (generator[k - 1] ^ (generator[k - 1] >> 30)) + k;
    generator[MERSENNE_WORDS] = fill_words(MERSENNE_WORDS);
}

INLINE words twist(words current, words next, words far)
{
    words joined = (current & 0x80000000u) | (next & 0x7fffffffu);
    return far ^ (joined >> 1) ^ (-(joined & 1u) & 0x9908b0dfu);
}

FUNCTION void refill_generator(words *w)
{
    for (int k = 0; k < MERSENNE_WORDS - 397; k++)
        w[k] = twist(w[k], w[k + 1], w[k + 397]);
    for (int k = MERSENNE_WORDS - 397; k < MERSENNE_WORDS - 1; k++)
        w[k] = twist(w[k], w[k + 1], w[k + 397 - MERSENNE_WORDS]);
    w[MERSENNE_WORDS - 1] = twist(w[MERSENNE_WORDS - 1], w[0], w[396]);
    w[MERSENNE_WORDS] = fill_words(0);
}

/* The next 32 random bits of every lane. */
INLINE words next_word(words *generator)
{
    uint32_t given = generator[MERSENNE_WORDS][0];
    if (given == MERSENNE_WORDS) {
        refill_generator(generator);
        given = 0;
    }
    generator[MERSENNE_WORDS] = fill_words(given + 1);
    words w = generator[given];
    w ^= w >> 11;
    w ^= (w << 7) & 0x9d2c5680u;
    w ^= (w << 15) & 0xefc60000u;
    return w ^ (w >> 18);
}
