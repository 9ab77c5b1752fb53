/* What is called from outside, with the type's name behind each: `run_float32`. No call allocates, and none aborts. */
#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif
#define JOIN_NAMES(NAME, BITS) NAME##_float##BITS
#define JOIN(NAME, BITS) JOIN_NAMES(NAME, BITS)
#define NAMED(NAME) JOIN(NAME, REAL_BITS)

EXPORT int64_t NAMED(abi)(void) { return ABI; }

EXPORT int64_t NAMED(lanes)(void) { return LANES; }

/* The SHA-256 of the source this was compiled from, as 64 characters and a zero. */
EXPORT const char *NAMED(source_digest)(void) { return SOURCE_DIGEST; }

/* Fills in a descriptor; returns the bytes of memory that its block needs, or a negative status. */
EXPORT int64_t NAMED(lay_out)(int64_t *descriptor) { return lay_out(descriptor); }

FUNCTION int64_t run_rounding_to_nearest(int64_t *memory, int64_t chunks) { return go_on(memory, chunks); }

FUNCTION int64_t predict_rounding_to_nearest(int64_t *memory, int64_t dataset, int64_t start, int64_t samples)
{
    return predict(memory, dataset, start, samples);
}

/* RUNNING when a block was laid out for this build, an error otherwise. */
static int64_t check_memory(int64_t *memory)
{
    if ((uintptr_t)memory % ALIGNMENT)
        return WRONG_ALIGNMENT;
    if (memory[FIELD_ABI] != ABI || memory[FIELD_LANES] != LANES || memory[FIELD_REAL_BYTES] != (int64_t)sizeof(real))
        return WRONG_ABI;
    return RUNNING;
}

/* Goes on with a block for at most that many chunks of samples. */
EXPORT int64_t NAMED(run)(int64_t *memory, int64_t chunks)
{
    int64_t wrong = check_memory(memory);
    if (wrong)
        return wrong;
    rounding before = get_rounding();
    set_rounding(DEFAULT_ROUNDING);
    int64_t status = run_rounding_to_nearest(memory, chunks);
    set_rounding(before);
    return status;
}

/* Puts a block's outputs for samples of a data set in the place of their targets. */
EXPORT int64_t NAMED(predict)(int64_t *memory, int64_t dataset, int64_t start, int64_t samples)
{
    int64_t wrong = check_memory(memory);
    if (wrong)
        return wrong;
    rounding before = get_rounding();
    set_rounding(DEFAULT_ROUNDING);
    int64_t status = predict_rounding_to_nearest(memory, dataset, start, samples);
    set_rounding(before);
    return status;
}

/* Generators (625, lanes) from one seed a lane. */
EXPORT void NAMED(seed)(words *generator, const uint32_t *seeds)
{
    words seed;
    for (int lane = 0; lane < LANES; lane++)
        seed[lane] = seeds[lane];
    seed_generator(generator, seed);
}

EXPORT void NAMED(uniform)(words *generator, double *numbers, int64_t count) { draw_uniform(generator, numbers, count); }

EXPORT void NAMED(permutation)(words *generator, int32_t *order, int64_t samples)
{
    draw_permutation(generator, order, samples);
}

/* Two operations on all lanes of CHAINS vectors, `count` times, for the benchmark. */
EXPORT void NAMED(multiply_and_add)(vec *sums, int64_t count) { multiply_and_add(sums, (real)0.5, (real)0.5, count); }

enum elementary { EXPONENTIAL, TANGENT, LOGISTIC, LOGARITHM };

FUNCTION void apply(int64_t function, const vec *x, vec *y, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        switch (function) {
        case EXPONENTIAL: y[k] = exponential(x[k]); break;
        case TANGENT: y[k] = tangent_hyperbolic(x[k]); break;
        case LOGISTIC: y[k] = logistic(x[k]); break;
        case LOGARITHM: y[k] = logarithm(x[k]); break;
        }
}

/* An elementary function of `count` vectors, for the tests. */
EXPORT void NAMED(elementary)(int64_t function, const vec *x, vec *y, int64_t count)
{
    rounding before = get_rounding();
    set_rounding(DEFAULT_ROUNDING);
    apply(function, x, y, count);
    set_rounding(before);
}

#if REAL_BITS == 64
EXPORT void normal_float64(words *generator, double *numbers, int64_t count)
{
    rounding before = get_rounding();
    set_rounding(DEFAULT_ROUNDING);
    draw_normal(generator, numbers, count);
    set_rounding(before);
}

#if VECTOR_BYTES == 16
/* The widest vectors, in bytes, that this processor computes with. */
EXPORT int64_t widest_vector(void)
{
#if defined(__x86_64__) && !defined(__wasm__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl"))
        return 64;
    if (__builtin_cpu_supports("avx2"))
        return 32;
#endif
    return 16;
}
#endif
#endif
