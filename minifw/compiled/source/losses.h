/* Losses: the sum over the elements of one sample, and the gradient of `scale` times that sum. */

/* (y - t)^2, summed over the outputs. */
INLINE vec mse_loss(const vec *y, const vec *t, int64_t outputs)
{
    vec sum = {0};
    for (int64_t k = 0; k < outputs; k++) {
        vec difference = y[k] - t[k];
        sum += difference * difference;
    }
    return sum;
}

/* dL/dy = 2 scale (y - t). */
INLINE void mse_gradient(const vec *y, const vec *t, vec *dy, int64_t outputs, double scale)
{
    for (int64_t k = 0; k < outputs; k++)
        dy[k] = (y[k] - t[k]) * (real)(2 * scale);
}

INLINE vec largest(const vec *y, int64_t outputs)
{
    vec largest = y[0];
    for (int64_t k = 1; k < outputs; k++)
        largest = select(y[k] > largest, y[k], largest);
    return largest;
}

INLINE vec sum_of_exponentials(const vec *y, vec shift, int64_t outputs)
{
    vec sum = {0};
    for (int64_t k = 0; k < outputs; k++)
        sum += exponential(y[k] - shift);
    return sum;
}

/* -sum t log softmax(y), with log softmax(y) = y - max - log sum e^(y - max).
 * A class the target rules out adds nothing, also where its logit is -inf: 0 times -inf would be NaN. */
INLINE vec cross_entropy_loss(const vec *y, const vec *t, int64_t outputs)
{
    vec shift = largest(y, outputs), sum = {0};
    vec log_sum = logarithm(sum_of_exponentials(y, shift, outputs));
    for (int64_t k = 0; k < outputs; k++)
        sum += select(t[k] == (real)0, (vec){0}, ((y[k] - shift) - log_sum) * t[k]);
    return -sum;
}

/* dL/dy = scale (softmax(y) - t), softmax(y) = e^(y - max) / sum e^(y - max). */
INLINE void cross_entropy_gradient(const vec *y, const vec *t, vec *dy, int64_t outputs, double scale)
{
    vec shift = largest(y, outputs), sum = {0};
    for (int64_t k = 0; k < outputs; k++) {
        dy[k] = exponential(y[k] - shift);
        sum += dy[k];
    }
    for (int64_t k = 0; k < outputs; k++)
        dy[k] = (dy[k] / sum - t[k]) * (real)scale;
}

/* How many terms one sample adds to the sum. */
INLINE int64_t elements_per_sample(int64_t *d) { return d[FIELD_LOSS] == MSE ? d[FIELD_OUTPUTS] : 1; }

/* By how much the sum over a batch is divided: its elements (mean), its samples (batchmean), or nothing (sum). */
INLINE int64_t reduction_divisor(int64_t *d, int64_t batch)
{
    if (d[FIELD_REDUCTION] == SUM)
        return 1;
    return d[FIELD_REDUCTION] == BATCHMEAN ? batch : batch * elements_per_sample(d);
}

FUNCTION vec sample_loss(int64_t *d, const vec *y, const vec *t)
{
    return d[FIELD_LOSS] == MSE ? mse_loss(y, t, d[FIELD_OUTPUTS]) : cross_entropy_loss(y, t, d[FIELD_OUTPUTS]);
}

/* dL/doutputs of samples of a batch, into AT_DELTA. */
FUNCTION void loss_gradient(int64_t *d, const vec *y, const vec *t, int64_t samples, int64_t batch)
{
    int64_t outputs = d[FIELD_OUTPUTS];
    vec *dy = at(d, d[FIELD_AT_DELTA]);
    double scale = 1.0 / (double)reduction_divisor(d, batch);
    for (int64_t i = 0; i < samples * outputs; i += outputs)
        if (d[FIELD_LOSS] == MSE)
            mse_gradient(y + i, t + i, dy + i, outputs, scale);
        else
            cross_entropy_gradient(y + i, t + i, dy + i, outputs, scale);
}

/* Adds the samples' losses to a float64 total of each lane, so that float32 loses nothing over a large data set. */
FUNCTION void add_losses(int64_t *d, const vec *y, const vec *t, int64_t samples, double *total)
{
    for (int64_t i = 0; i < samples; i++) {
        vec loss = sample_loss(d, y + i * d[FIELD_OUTPUTS], t + i * d[FIELD_OUTPUTS]);
        for (int lane = 0; lane < LANES; lane++)
            total[lane] += (double)loss[lane];
    }
}
