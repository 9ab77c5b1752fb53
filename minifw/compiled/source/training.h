/* Trains one chunk of samples, or measures one, and remembers how far the block is. */

/* The loss of a batch before its update, complete with the batch's last chunk. */
static void record_step(int64_t *d, int64_t *progress, const vec *y, int64_t samples, int64_t batch, int last)
{
    double *total = at(d, d[FIELD_AT_TOTALS]), *steps = (double *)at(d, d[FIELD_AT_STEPS]) + progress[PROGRESS_STEPS] * LANES;
    add_losses(d, y, at(d, d[FIELD_AT_TARGETS]), samples, total);
    for (int lane = 0; last && lane < LANES; lane++) {
        steps[lane] = total[lane] / (double)(batch * elements_per_sample(d));
        total[lane] = 0;
    }
}

/* Forward and backward of one chunk of a batch; the batch's last chunk ends with the update. */
static void train_chunk(int64_t *d, int64_t *progress)
{
    int64_t all = dataset_row(d, 0)[DATASET_SAMPLES], start = progress[PROGRESS_SAMPLE];
    int64_t batch_start = start / d[FIELD_BATCH_SIZE] * d[FIELD_BATCH_SIZE];
    int64_t batch = smaller(d[FIELD_BATCH_SIZE], all - batch_start);
    int64_t samples = smaller(CHUNK, batch_start + batch - start);
    int last = start + samples == batch_start + batch;
    load_samples(d, 0, epoch_order(d, start), start, samples);
    vec *y = forward(d, samples, 1);
    if (d[FIELD_RECORD_STEPS])
        record_step(d, progress, y, samples, batch, last);
    loss_gradient(d, y, at(d, d[FIELD_AT_TARGETS]), samples, batch);
    backward(d, samples, start == batch_start);
    if (last)
        step_optimizer(d);
    progress[PROGRESS_SAMPLE] = start + samples;
}

/* The learning rate of epoch e (from 0) is lr lr_decay^e, as a running product. */
static void decay_rate(int64_t *d)
{
    double *lr = numbers_of(d, NUMBER_LR), *decay = numbers_of(d, NUMBER_LR_DECAY_EPOCH);
    for (int lane = 0; lane < LANES; lane++)
        lr[lane] *= decay[lane];
}

static void end_epoch(int64_t *d, int64_t *progress)
{
    int64_t epoch = ++progress[PROGRESS_EPOCH];
    progress[PROGRESS_SAMPLE] = 0;
    progress[PROGRESS_TRAINING] = epoch < d[FIELD_EPOCHS] && epoch % d[FIELD_EVALUATE_EVERY] != 0;
    progress[PROGRESS_DATASET] = !d[FIELD_MEASURE_TRAINING];
    if (epoch < d[FIELD_EPOCHS])
        decay_rate(d);
}

static void end_measurement(int64_t *d, int64_t *progress)
{
    progress[PROGRESS_MEASURED]++;
    progress[PROGRESS_TRAINING] = 1;
    progress[PROGRESS_DONE] = progress[PROGRESS_EPOCH] == d[FIELD_EPOCHS];
}

/* Goes on for at most `chunks` chunks of samples; returns FINISHED, RUNNING when there is more to do, or an error. */
static int64_t go_on(int64_t *d, int64_t chunks)
{
    int64_t *progress = at(d, d[FIELD_AT_PROGRESS]);
    while (!progress[PROGRESS_DONE] && chunks-- > 0) {
        if (progress[PROGRESS_TRAINING]) {
            train_chunk(d, progress);
            if (progress[PROGRESS_SAMPLE] == dataset_row(d, 0)[DATASET_SAMPLES])
                end_epoch(d, progress);
        } else if (progress[PROGRESS_DATASET] < d[FIELD_DATASETS]) {
            evaluate_chunk(d, progress);
        }
        if (!progress[PROGRESS_TRAINING] && progress[PROGRESS_DATASET] == d[FIELD_DATASETS])
            end_measurement(d, progress);
    }
    return progress[PROGRESS_DONE] ? FINISHED : RUNNING;
}
