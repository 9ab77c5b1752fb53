/* Checks a descriptor's settings and lays out the memory of its block. */

INLINE int64_t reserve(int64_t *size, int64_t bytes)
{
    int64_t start = *size;
    *size = (start + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return start;
}

INLINE int64_t reserve_vectors(int64_t *size, int64_t count) { return reserve(size, count * (int64_t)sizeof(vec)); }

INLINE int is_within(int64_t value, int64_t low, int64_t below) { return low <= value && value < below; }

static int check_settings(int64_t *d)
{
    return is_within(d[FIELD_FEATURES], 1, INT32_MAX) && is_within(d[FIELD_OUTPUTS], 1, INT32_MAX)
        && is_within(d[FIELD_LAYERS], 1, 10000) && is_within(d[FIELD_DATASETS], 1, 10000)
        && is_within(d[FIELD_MEASURE_TRAINING], 0, 2) && is_within(d[FIELD_LOSS], 0, LOSS_KINDS)
        && is_within(d[FIELD_REDUCTION], 0, REDUCTION_KINDS) && is_within(d[FIELD_DECISION], 0, DECISION_KINDS)
        && is_within(d[FIELD_OPTIMIZER], 0, OPTIMIZER_KINDS) && is_within(d[FIELD_SHUFFLE], 0, 2)
        && is_within(d[FIELD_EPOCHS], 0, INT32_MAX) && is_within(d[FIELD_EVALUATE_EVERY], 1, INT64_MAX)
        && is_within(d[FIELD_BATCH_SIZE], 1, dataset_row(d, 0)[DATASET_SAMPLES] + 1);
}

/* Widths that follow one another, from the features to the outputs, and a data set in each place. */
static int check_tables(int64_t *d)
{
    int64_t width = d[FIELD_FEATURES];
    for (int64_t k = 0; k < d[FIELD_LAYERS]; k++) {
        int64_t *layer = layer_row(d, k);
        if (!is_within(layer[LAYER_KIND], 0, LAYER_KINDS) || layer[LAYER_INPUTS] != width
            || !is_within(layer[LAYER_OUTPUTS], 1, INT32_MAX) || !is_within(layer[LAYER_BIAS], 0, 2)
            || (layer[LAYER_KIND] != AFFINE && layer[LAYER_OUTPUTS] != width))
            return 0;
        width = layer[LAYER_OUTPUTS];
    }
    for (int64_t k = 0; k < d[FIELD_DATASETS]; k++)
        if (!is_within(dataset_row(d, k)[DATASET_SAMPLES], 1, INT32_MAX))
            return 0;
    return width == d[FIELD_OUTPUTS];
}

INLINE int64_t count_state_buffers(int64_t optimizer)
{
    static const int64_t buffers[OPTIMIZER_KINDS] = {1, 3, 1, 2, 2};
    return buffers[optimizer];
}

/* Epoch 0, every so many epochs, and the last. */
INLINE int64_t count_measurements(int64_t epochs, int64_t every) { return 1 + epochs / every + (epochs % every != 0); }

static void count_everything(int64_t *d)
{
    d[FIELD_PARAMETERS] = d[FIELD_DROPOUTS] = 0;
    for (int64_t k = 0; k < d[FIELD_LAYERS]; k++) {
        int64_t *layer = layer_row(d, k);
        layer[LAYER_DROPOUT] = d[FIELD_DROPOUTS];
        d[FIELD_DROPOUTS] += layer[LAYER_KIND] == DROPOUT;
        if (layer[LAYER_KIND] == AFFINE)
            d[FIELD_PARAMETERS] += (layer[LAYER_INPUTS] + layer[LAYER_BIAS]) * layer[LAYER_OUTPUTS];
    }
    d[FIELD_STATE_BUFFERS] = count_state_buffers(d[FIELD_OPTIMIZER]);
    d[FIELD_MEASUREMENTS] = count_measurements(d[FIELD_EPOCHS], d[FIELD_EVALUATE_EVERY]);
    d[FIELD_BATCHES] = (dataset_row(d, 0)[DATASET_SAMPLES] + d[FIELD_BATCH_SIZE] - 1) / d[FIELD_BATCH_SIZE];
}

/* What is given and what is kept: numbers, values, the optimiser's state, generators, data. */
static void place_state(int64_t *d, int64_t *size)
{
    int64_t lane_numbers = LANES * (int64_t)sizeof(double), steps = d[FIELD_RECORD_STEPS] * d[FIELD_EPOCHS] * d[FIELD_BATCHES];
    d[FIELD_AT_PROGRESS] = reserve(size, PROGRESS_FIELDS * (int64_t)sizeof(int64_t));
    d[FIELD_AT_NUMBERS] = reserve(size, (NUMBERS + d[FIELD_DROPOUTS]) * lane_numbers);
    d[FIELD_AT_POWERS] = reserve(size, 2 * lane_numbers);
    d[FIELD_AT_TOTALS] = reserve(size, 2 * lane_numbers);
    d[FIELD_AT_HISTORY] = reserve(size, d[FIELD_MEASUREMENTS] * d[FIELD_DATASETS] * 2 * lane_numbers);
    d[FIELD_AT_STEPS] = reserve(size, steps * lane_numbers);
    d[FIELD_AT_VALUES] = reserve_vectors(size, d[FIELD_PARAMETERS]);
    d[FIELD_AT_GRADIENTS] = reserve_vectors(size, d[FIELD_PARAMETERS]);
    d[FIELD_AT_STATE] = reserve_vectors(size, d[FIELD_STATE_BUFFERS] * d[FIELD_PARAMETERS]);
    d[FIELD_AT_ORDERS] = reserve(size, LANES * dataset_row(d, 0)[DATASET_SAMPLES] * (int64_t)sizeof(int32_t));
    d[FIELD_AT_ORDER_GENERATOR] = reserve(size, MERSENNE_SIZE * (int64_t)sizeof(words));
    for (int64_t k = 0; k < d[FIELD_DATASETS]; k++) {
        int64_t *dataset = dataset_row(d, k), row = d[FIELD_FEATURES] + d[FIELD_OUTPUTS] + 1;
        dataset[DATASET_AT] = reserve_vectors(size, dataset[DATASET_SAMPLES] * row);
    }
}

/* What a chunk of samples leaves in each layer. An activation works in place, unless the layer before it is one too and
 * needs its own output for its derivative. */
static void place_layers(int64_t *d, int64_t *size)
{
    int64_t values = d[FIELD_AT_VALUES], x = d[FIELD_AT_INPUTS], in_place = 0;
    for (int64_t k = 0; k < d[FIELD_LAYERS]; k++) {
        int64_t *layer = layer_row(d, k), kind = layer[LAYER_KIND];
        layer[LAYER_AT_WEIGHT] = kind == AFFINE ? values : 0;
        if (kind == AFFINE)
            values += (layer[LAYER_INPUTS] + layer[LAYER_BIAS]) * layer[LAYER_OUTPUTS] * (int64_t)sizeof(vec);
        layer[LAYER_AT_X] = x;
        layer[LAYER_AT_Y] = kind != AFFINE && kind != DROPOUT && in_place ? x : reserve_vectors(size, CHUNK * layer[LAYER_OUTPUTS]);
        layer[LAYER_AT_MASK] = kind == DROPOUT ? reserve_vectors(size, CHUNK * layer[LAYER_OUTPUTS]) : 0;
        layer[LAYER_AT_GENERATOR] = kind == DROPOUT ? reserve(size, MERSENNE_SIZE * (int64_t)sizeof(words)) : 0;
        x = layer[LAYER_AT_Y];
        in_place = kind == AFFINE || kind == DROPOUT;
    }
}

static void place_chunk(int64_t *d, int64_t *size)
{
    int64_t widest = d[FIELD_FEATURES];
    for (int64_t k = 0; k < d[FIELD_LAYERS]; k++)
        if (layer_row(d, k)[LAYER_OUTPUTS] > widest)
            widest = layer_row(d, k)[LAYER_OUTPUTS];
    d[FIELD_AT_INPUTS] = reserve_vectors(size, CHUNK * d[FIELD_FEATURES]);
    d[FIELD_AT_TARGETS] = reserve_vectors(size, CHUNK * d[FIELD_OUTPUTS]);
    d[FIELD_AT_LABELS] = reserve_vectors(size, CHUNK);
    d[FIELD_AT_DELTA] = reserve_vectors(size, CHUNK * widest);
    d[FIELD_AT_OTHER_DELTA] = reserve_vectors(size, CHUNK * widest);
}

/* Fills in where everything lies; returns the bytes of memory to allocate, or a negative status. */
static int64_t lay_out(int64_t *d)
{
    if (d[FIELD_ABI] != ABI || d[FIELD_LANES] != LANES || d[FIELD_REAL_BYTES] != (int64_t)sizeof(real))
        return WRONG_ABI;
    if (!check_settings(d) || !check_tables(d))
        return WRONG_SETTING;
    int64_t size = 0;
    reserve(&size, (dataset_row(d, d[FIELD_DATASETS]) - d) * (int64_t)sizeof(int64_t));
    count_everything(d);
    place_state(d, &size);
    place_chunk(d, &size);
    place_layers(d, &size);
    return d[FIELD_MEMORY] = size;
}
