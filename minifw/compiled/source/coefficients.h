/* Made by `python -m minifw.compiled.derivation`, which explains the numbers. */
#if REAL_BITS == 32
#define LOG2_E 0x1.7154760000000p+0f
#define LN2_HIGH 0x1.62e4000000000p-1f
#define LN2_LOW 0x1.7f7d1c0000000p-20f
#define EXP_DEGREE 4
static const real EXP[] = {
    0x1.0000000000000p-1f,
    0x1.5554dc0000000p-3f,
    0x1.55551a0000000p-5f,
    0x1.120b6e0000000p-7f,
    0x1.6d110a0000000p-10f,
};
#define LOG_DEGREE 3
static const real LOG[] = {
    0x1.5555560000000p-1f,
    0x1.9999ec0000000p-2f,
    0x1.245c400000000p-2f,
    0x1.ddcf720000000p-3f,
};
#else
#define LOG2_E 0x1.71547652b82fep+0
#define LN2_HIGH 0x1.62e42fefa3000p-1
#define LN2_LOW 0x1.3de6af278ece6p-42
#define EXP_DEGREE 10
static const real EXP[] = {
    0x1.0000000000000p-1,
    0x1.5555555555557p-3,
    0x1.5555555555556p-5,
    0x1.11111111100dcp-7,
    0x1.6c16c16c162d4p-10,
    0x1.a01a01abe7fe1p-13,
    0x1.a01a01a6d889cp-16,
    0x1.71de0231960ebp-19,
    0x1.27e4db646b17ep-22,
    0x1.af4de97ca4194p-26,
    0x1.1f730349868cep-29,
};
#define LOG_DEGREE 7
static const real LOG[] = {
    0x1.5555555555555p-1,
    0x1.9999999999a38p-2,
    0x1.2492492476c87p-2,
    0x1.c71c720160b47p-3,
    0x1.745cf901605f7p-3,
    0x1.3b1c360763b8ap-3,
    0x1.0fbe83c2cbcf3p-3,
    0x1.0c04595972ab8p-3,
};
#define MIDDLE_DEGREE 21
static const real MIDDLE[] = {
    0x1.5d035b66e70fep+1,
    0x1.0eb631c37ef8ap-2,
    0x1.c840e1acde3fap-5,
    0x1.df71d8a6d2cbdp-7,
    0x1.17d914a5d7cc2p-8,
    0x1.5b687ca0d04c5p-10,
    0x1.c10345fe09aeap-12,
    0x1.2a88cfb803eb4p-13,
    0x1.95724502470f7p-15,
    0x1.17d93435409e5p-16,
    0x1.8757ce5e42438p-18,
    0x1.148a44d3373e1p-19,
    0x1.8a925ef281a35p-21,
    0x1.1b5d8c9e77885p-22,
    0x1.95054667ad413p-24,
    0x1.2634ff7efb0fbp-25,
    0x1.d932e85b9a739p-27,
    0x1.5b81523fc9bc7p-28,
    0x1.f72547a6018e5p-31,
    0x1.6f56545d123dfp-32,
    0x1.1ecbe433b4260p-31,
    0x1.ab7b487953234p-33,
};
#define MIDDLE_LOWEST 0.125
#define MIDDLE_SCALE 0x1.c71c71c71c71cp+3
#define TAIL_PIECES 4
#define TAIL_DEGREE 15
static const double TAIL_ENDS[] = {0x1.8000000000000p+1, 0x1.199999999999ap+2, 0x1.8cccccccccccdp+2, 0x1.1800000000000p+3};
static const double TAIL_CENTRES[] = {0x1.4266666666666p+1, 0x1.d99999999999ap+1, 0x1.5333333333334p+2, 0x1.de66666666666p+2};
static const double TAIL_SCALES[] = {0x1.09f959c427e57p+1, 0x1.6db6db6db6db5p+0, 0x1.1c71c71c71c72p+0, 0x1.919191919191ap-1};
static const double TAIL[TAIL_PIECES][TAIL_DEGREE + 1] = {
    {0x1.ba9639cd27dd3p+0, 0x1.22a326a5a0b7fp-1, -0x1.712e9cb4c946bp-7, 0x1.9f23a3123b8f1p-10, -0x1.e93f29cecd155p-13, 0x1.2aadb25701c21p-15, -0x1.77652a2d8cf28p-18, 0x1.e365a50bd2f1ep-21, -0x1.3d9af0ba8fed6p-23, 0x1.a86cfb36e66b8p-26, -0x1.1f9a7b472ac26p-28, 0x1.8a374c382029bp-31, -0x1.0ed66e257f047p-33, 0x1.79c77cf353b05p-36, -0x1.2f72036e834f6p-38, 0x1.ad4e33c6da5dap-41},
    {0x1.89286c8ac8b33p+1, 0x1.8be210c825c60p-1, -0x1.47a4aef7e7627p-7, 0x1.7de4f1e259a77p-10, -0x1.ce0e25b328f97p-13, 0x1.1eeaf7b5ed583p-15, -0x1.6bc348e43c123p-18, 0x1.d5559861b6258p-21, -0x1.3372bd399ab8dp-23, 0x1.984aae6c248fep-26, -0x1.1266ebba8e427p-28, 0x1.74a405c49f756p-31, -0x1.fb2e00433d7f0p-34, 0x1.5e30d8749fb77p-36, -0x1.15a79c54a8dd7p-38, 0x1.84d9b35b04e73p-41},
    {0x1.332c8ae1b6127p+2, 0x1.e925232e270fbp-1, -0x1.d0a10141a8712p-8, 0x1.f89fe716f0679p-11, -0x1.1b151e87b2ad3p-13, 0x1.447841f9a3a9ap-16, -0x1.79d1d9a5a4abep-19, 0x1.bd8cb4be9a8a6p-22, -0x1.099150df2809cp-24, 0x1.3fa37c515bb33p-27, -0x1.84201a781a703p-30, 0x1.db082969b7855p-33, -0x1.239339b32e3f7p-35, 0x1.69df0cd48e112p-38, -0x1.f5a08be898634p-41, 0x1.3b3c5c98b6f83p-43},
    {0x1.c4efd8c8ffa19p+2, 0x1.523e09c4f1bb5p+0, -0x1.9396a9e14e82fp-8, 0x1.c5818eacfead8p-11, -0x1.067430d861587p-13, 0x1.359e25ad3dd0ep-16, -0x1.7237b746905b8p-19, 0x1.bf3dff88e27b4p-22, -0x1.106336dd73e95p-24, 0x1.4e1daff834aeap-27, -0x1.9c656835b6564p-30, 0x1.ffcf0ff739c0fp-33, -0x1.3dce1ee0a687bp-35, 0x1.8e527048bdae8p-38, -0x1.16c30afb782c6p-40, 0x1.60c53774068f8p-43},
};
#endif
