/* Batches: which samples come next, and the gathering of each lane's own samples into vectors. */

/* A data set is (lanes, samples, features + outputs + 1): a sample's inputs, targets and label stand side by side. */
INLINE void gather(const real *row, vec *x, int64_t count, int64_t lane)
{
    for (int64_t k = 0; k < count; k++)
        ((real *)(x + k))[lane] = row[k];
}

/* Gathers `samples` samples from place `start` of an order (lanes, samples of the data set), or of the data set itself. */
FUNCTION void load_samples(int64_t *d, int64_t dataset, const int32_t *order, int64_t start, int64_t samples)
{
    int64_t *row = dataset_row(d, dataset), all = row[DATASET_SAMPLES];
    int64_t features = d[FIELD_FEATURES], outputs = d[FIELD_OUTPUTS], width = features + outputs + 1;
    const real *data = at(d, row[DATASET_AT]);
    vec *x = at(d, d[FIELD_AT_INPUTS]), *t = at(d, d[FIELD_AT_TARGETS]), *labels = at(d, d[FIELD_AT_LABELS]);
    for (int64_t i = 0; i < samples; i++)
        for (int64_t lane = 0; lane < LANES; lane++) {
            int64_t index = order ? order[lane * all + start + i] : start + i;
            const real *sample = data + (lane * all + index) * width;
            gather(sample, x + i * features, features, lane);
            gather(sample + features, t + i * outputs, outputs, lane);
            gather(sample + features + outputs, labels + i, 1, lane);
        }
}

/* The order of an epoch's samples; without shuffling there is none. */
static int32_t *epoch_order(int64_t *d, int64_t position)
{
    int32_t *order = at(d, d[FIELD_AT_ORDERS]);
    if (!d[FIELD_SHUFFLE])
        return 0;
    if (position == 0)
        draw_permutation(at(d, d[FIELD_AT_ORDER_GENERATOR]), order, dataset_row(d, 0)[DATASET_SAMPLES]);
    return order;
}
