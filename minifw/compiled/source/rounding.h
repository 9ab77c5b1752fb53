/* Rounds to nearest and keeps subnormal numbers while the engine computes, whatever the process had set, and puts it back. */
#if defined(__x86_64__)
typedef uint32_t rounding;
#define DEFAULT_ROUNDING 0x1f80u
INLINE rounding get_rounding(void)
{
    rounding mode;
    __asm__ volatile("stmxcsr %0" : "=m"(mode) : : "memory");
    return mode;
}
INLINE void set_rounding(rounding mode) { __asm__ volatile("ldmxcsr %0" : : "m"(mode) : "memory"); }
#elif defined(__aarch64__)
typedef uint64_t rounding;
#define DEFAULT_ROUNDING 0u
INLINE rounding get_rounding(void)
{
    rounding mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode) : : "memory");
    return mode;
}
INLINE void set_rounding(rounding mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode) : "memory"); }
#else
typedef int rounding;
#define DEFAULT_ROUNDING 0
INLINE rounding get_rounding(void) { return DEFAULT_ROUNDING; }
INLINE void set_rounding(rounding mode) { (void)mode; }
#endif
