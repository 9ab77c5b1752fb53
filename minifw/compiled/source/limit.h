/* How fast this processor multiplies and adds on all lanes, each rounded by itself: what a training's speed is held against. */
enum { CHAINS = 12 };

/* `count` times on each of CHAINS vectors that don't wait for one another: s <- s x + y. */
FUNCTION void multiply_and_add(vec *sums, real x, real y, int64_t count)
{
    vec s[CHAINS], factor = fill(x), term = fill(y);
    for (int k = 0; k < CHAINS; k++)
        s[k] = sums[k];
    for (int64_t i = 0; i < count; i++)
        for (int k = 0; k < CHAINS; k++)
            s[k] = s[k] * factor + term;
    for (int k = 0; k < CHAINS; k++)
        sums[k] = s[k];
}
