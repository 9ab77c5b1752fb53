/* Mean loss and share of misclassified samples over a whole data set, in evaluation mode; and the outputs themselves. */

/* The label that outputs stand for: their sum above 0 (pm1), the first above 1/2 (binary), or the place of the largest. */
INLINE vec decide(int64_t decision, const vec *y, int64_t outputs)
{
    vec sum = y[0], label = {0}, best = y[0];
    for (int64_t k = 1; k < outputs; k++) {
        sum += y[k];
        label = select(y[k] > best, fill((real)k), label);
        best = select(y[k] > best, y[k], best);
    }
    if (decision == ONEHOT)
        return label;
    return select(decision == PM1 ? sum > (real)0 : y[0] > (real)0.5, fill((real)1), (vec){0});
}

FUNCTION void count_wrong(int64_t *d, const vec *y, const vec *labels, int64_t samples, double *wrong)
{
    for (int64_t i = 0; i < samples; i++) {
        integers differs = decide(d[FIELD_DECISION], y + i * d[FIELD_OUTPUTS], d[FIELD_OUTPUTS]) != labels[i];
        for (int lane = 0; lane < LANES; lane++)
            wrong[lane] += differs[lane] != 0;
    }
}

/* Totals of the data set become the history's next mean loss and error. */
static void record_measurement(int64_t *d, int64_t *progress, int64_t all)
{
    int64_t place = progress[PROGRESS_MEASURED] * d[FIELD_DATASETS] + progress[PROGRESS_DATASET];
    double *loss = (double *)at(d, d[FIELD_AT_HISTORY]) + place * 2 * LANES, *error = loss + LANES;
    double *total = at(d, d[FIELD_AT_TOTALS]), *wrong = total + LANES;
    for (int lane = 0; lane < LANES; lane++) {
        loss[lane] = total[lane] / (double)(all * elements_per_sample(d));
        error[lane] = wrong[lane] / (double)all;
        total[lane] = wrong[lane] = 0;
    }
}

/* Measures one chunk of a data set. */
static void evaluate_chunk(int64_t *d, int64_t *progress)
{
    int64_t dataset = progress[PROGRESS_DATASET], all = dataset_row(d, dataset)[DATASET_SAMPLES];
    int64_t samples = smaller(CHUNK, all - progress[PROGRESS_SAMPLE]);
    double *total = at(d, d[FIELD_AT_TOTALS]), *wrong = total + LANES;
    load_samples(d, dataset, 0, progress[PROGRESS_SAMPLE], samples);
    vec *y = forward(d, samples, 0);
    add_losses(d, y, at(d, d[FIELD_AT_TARGETS]), samples, total);
    count_wrong(d, y, at(d, d[FIELD_AT_LABELS]), samples, wrong);
    progress[PROGRESS_SAMPLE] += samples;
    if (progress[PROGRESS_SAMPLE] == all) {
        record_measurement(d, progress, all);
        progress[PROGRESS_SAMPLE] = 0;
        progress[PROGRESS_DATASET]++;
    }
}

/* What a chunk's outputs y (samples, outputs) take the place of: the targets of those samples in their data set. */
static void store_outputs(int64_t *d, int64_t dataset, const vec *y, int64_t start, int64_t samples)
{
    int64_t *row = dataset_row(d, dataset), features = d[FIELD_FEATURES], outputs = d[FIELD_OUTPUTS];
    real *data = at(d, row[DATASET_AT]);
    for (int64_t lane = 0; lane < LANES; lane++)
        for (int64_t i = 0; i < samples; i++) {
            real *targets = data + (lane * row[DATASET_SAMPLES] + start + i) * (features + outputs + 1) + features;
            for (int64_t k = 0; k < outputs; k++)
                targets[k] = ((const real *)(y + i * outputs + k))[lane];
        }
}

/* The outputs for `samples` samples of a data set from place `start` on, where their targets were. */
static int64_t predict(int64_t *d, int64_t dataset, int64_t start, int64_t samples)
{
    if (!is_within(dataset, 0, d[FIELD_DATASETS]) || !is_within(start, 0, INT32_MAX)
        || !is_within(samples, 0, dataset_row(d, dataset)[DATASET_SAMPLES] - start + 1))
        return WRONG_SETTING;
    for (int64_t end = start + samples; start < end; start += CHUNK) {
        int64_t count = smaller(CHUNK, end - start);
        load_samples(d, dataset, 0, start, count);
        store_outputs(d, dataset, forward(d, count, 0), start, count);
    }
    return FINISHED;
}
