/* Update rules with torch.optim's results. p are the parameters, g the gradients; every number has one value a lane.
 *
 * A number that switches a term on for some lanes only must leave the others as they would be alone, also where a value is
 * infinite and 0 times it would be NaN; hence `select` by momentum and by weight decay.
 */

typedef struct {
    vec *p, *g, *state[3];
    int64_t count, step;
    int any_decays;
    vec lr, weight_decay, momentum;
    integers decays, has_momentum;
} update;

INLINE int any_lane(integers mask)
{
    int any = 0;
    for (int lane = 0; lane < LANES; lane++)
        any |= mask[lane] != 0;
    return any;
}

/* 1 - b is taken in float64: rounding b first would lose digits of a difference that is small. */
INLINE vec one_minus(const double *b)
{
    vec rest;
    for (int lane = 0; lane < LANES; lane++)
        rest[lane] = (real)(1 - b[lane]);
    return rest;
}

/* g + weight_decay p. */
INLINE vec decayed(const update *u, int64_t k)
{
    return u->any_decays ? select(u->decays, u->g[k] + u->weight_decay * u->p[k], u->g[k]) : u->g[k];
}

/* SGD: b = momentum b + (1 - dampening) g (first step: b = g), p = p - lr b; with nesterov p = p - lr (g + momentum b).
 * Without momentum p = p - lr g. (Sutskever et al., 2013; torch.optim.SGD) */
FUNCTION void step_sgd(int64_t *d, const update *u)
{
    vec undamped = one_minus(numbers_of(d, NUMBER_DAMPENING)), *b = u->state[0];
    for (int64_t k = 0; k < u->count; k++) {
        vec g = decayed(u, k), average = u->step == 1 ? g : u->momentum * b[k] + undamped * g;
        b[k] = select(u->has_momentum, average, b[k]);
        vec direction = d[FIELD_NESTEROV] ? g + u->momentum * average : average;
        u->p[k] -= u->lr * select(u->has_momentum, direction, g);
    }
}

FUNCTION void step_plain_sgd(const update *u)
{
    for (int64_t k = 0; k < u->count; k++)
        u->p[k] -= u->lr * decayed(u, k);
}

/* RMSprop: v = alpha v + (1 - alpha) g^2, b = momentum b + g / (sqrt(v) + eps), p = p - lr b; with `centered`, v has the
 * square of a moving average of g subtracted. (Hinton, Neural Networks for Machine Learning, lecture 6) */
FUNCTION void step_rmsprop(int64_t *d, const update *u)
{
    vec alpha = round_numbers(numbers_of(d, NUMBER_ALPHA)), one_minus_alpha = one_minus(numbers_of(d, NUMBER_ALPHA));
    vec eps = round_numbers(numbers_of(d, NUMBER_EPS)), *v = u->state[0], *average = u->state[1], *b = u->state[2];
    for (int64_t k = 0; k < u->count; k++) {
        vec g = decayed(u, k);
        vec spread = v[k] = alpha * v[k] + one_minus_alpha * (g * g);
        if (d[FIELD_CENTERED]) {
            average[k] += one_minus_alpha * (g - average[k]);
            spread -= average[k] * average[k];
        }
        vec direction = g / (square_root(spread) + eps);
        b[k] = select(u->has_momentum, u->momentum * b[k] + direction, direction);
        u->p[k] -= u->lr * b[k];
    }
}

/* Adagrad: s = s + g^2, p = p - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps). (Duchi et al., 2011) */
FUNCTION void step_adagrad(int64_t *d, const update *u)
{
    const double *lr = numbers_of(d, NUMBER_LR), *decay = numbers_of(d, NUMBER_LR_DECAY);
    vec eps = round_numbers(numbers_of(d, NUMBER_EPS)), rate, *s = u->state[0];
    for (int lane = 0; lane < LANES; lane++)
        rate[lane] = (real)(lr[lane] / (1 + (double)(u->step - 1) * decay[lane]));
    for (int64_t k = 0; k < u->count; k++) {
        vec g = decayed(u, k);
        s[k] += g * g;
        u->p[k] -= rate * (g / (square_root(s[k]) + eps));
    }
}

/* Adadelta: v = rho v + (1 - rho) g^2, d = sqrt((w + eps) / (v + eps)) g, w = rho w + (1 - rho) d^2, p = p - lr d.
 * (Zeiler, 2012, algorithm 1) */
FUNCTION void step_adadelta(int64_t *d, const update *u)
{
    vec rho = round_numbers(numbers_of(d, NUMBER_RHO)), one_minus_rho = one_minus(numbers_of(d, NUMBER_RHO));
    vec eps = round_numbers(numbers_of(d, NUMBER_EPS)), *v = u->state[0], *w = u->state[1];
    for (int64_t k = 0; k < u->count; k++) {
        vec g = decayed(u, k);
        v[k] = rho * v[k] + one_minus_rho * (g * g);
        vec direction = square_root((w[k] + eps) / (v[k] + eps)) * g;
        w[k] = rho * w[k] + one_minus_rho * (direction * direction);
        u->p[k] -= u->lr * direction;
    }
}

/* Adam: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, p = p - lr m' / (sqrt(v') + eps) with m' = m / (1 - b1^t) and
 * v' = v / (1 - b2^t). What depends on t alone is taken out of the loop. (Kingma and Ba, 2015, algorithm 1) */
FUNCTION void step_adam(int64_t *d, const update *u)
{
    const double *lr = numbers_of(d, NUMBER_LR), *b1 = numbers_of(d, NUMBER_BETA1), *b2 = numbers_of(d, NUMBER_BETA2);
    vec one_minus_b1 = one_minus(b1), beta2 = round_numbers(b2), one_minus_b2 = one_minus(b2);
    vec eps = round_numbers(numbers_of(d, NUMBER_EPS)), rate, root_scale, *m = u->state[0], *v = u->state[1];
    double *power1 = at(d, d[FIELD_AT_POWERS]), *power2 = power1 + LANES;
    for (int lane = 0; lane < LANES; lane++) {
        power1[lane] *= b1[lane];
        power2[lane] *= b2[lane];
        rate[lane] = (real)(lr[lane] / (1 - power1[lane]));
        root_scale[lane] = (real)(1 / __builtin_sqrt(1 - power2[lane]));
    }
    for (int64_t k = 0; k < u->count; k++) {
        vec g = decayed(u, k);
        m[k] += one_minus_b1 * (g - m[k]);
        v[k] = beta2 * v[k] + one_minus_b2 * (g * g);
        u->p[k] -= rate * m[k] / (square_root(v[k]) * root_scale + eps);
    }
}

/* One update from the accumulated gradients. */
static void step_optimizer(int64_t *d)
{
    int64_t *progress = at(d, d[FIELD_AT_PROGRESS]);
    int64_t count = d[FIELD_PARAMETERS];
    vec *state = at(d, d[FIELD_AT_STATE]);
    update u = {
        .p = at(d, d[FIELD_AT_VALUES]),
        .g = at(d, d[FIELD_AT_GRADIENTS]),
        .state = {state, state + count, state + 2 * count},
        .count = count,
        .step = progress[PROGRESS_STEPS_BEFORE] + ++progress[PROGRESS_STEPS],
        .lr = round_numbers(numbers_of(d, NUMBER_LR)),
        .weight_decay = round_numbers(numbers_of(d, NUMBER_WEIGHT_DECAY)),
        .momentum = round_numbers(numbers_of(d, NUMBER_MOMENTUM)),
    };
    u.decays = u.weight_decay != (real)0;
    u.any_decays = any_lane(u.decays);
    u.has_momentum = u.momentum != (real)0;
    switch (d[FIELD_OPTIMIZER]) {
    case SGD: any_lane(u.has_momentum) ? step_sgd(d, &u) : step_plain_sgd(&u); break;
    case RMSPROP: step_rmsprop(d, &u); break;
    case ADAGRAD: step_adagrad(d, &u); break;
    case ADADELTA: step_adadelta(d, &u); break;
    case ADAM: step_adam(d, &u); break;
    }
}
