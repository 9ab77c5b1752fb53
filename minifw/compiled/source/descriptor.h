/* A block of trials is described by one array of integers, at the start of the block's memory: settings first, then where
 * everything lies, in bytes from that start. The caller fills in the settings, `lay_out` the rest, and the caller allocates.
 *
 * `minifw/compiled/descriptor.py` has the same names in the same order.
 */
enum {
    ABI = 4,
    /* Samples that pass through the network together. A number of its own, so that no sum depends on the vectors' width. */
    CHUNK = 20,
    ALIGNMENT = 64,
};

enum field {
    FIELD_ABI,
    FIELD_LANES,
    FIELD_REAL_BYTES,
    FIELD_FEATURES,
    FIELD_OUTPUTS,
    FIELD_LAYERS,
    FIELD_DATASETS,
    FIELD_MEASURE_TRAINING,
    FIELD_LOSS,
    FIELD_REDUCTION,
    FIELD_DECISION,
    FIELD_OPTIMIZER,
    FIELD_NESTEROV,
    FIELD_CENTERED,
    FIELD_BATCH_SIZE,
    FIELD_SHUFFLE,
    FIELD_EPOCHS,
    FIELD_EVALUATE_EVERY,
    FIELD_RECORD_STEPS,
    FIELD_PARAMETERS,
    FIELD_STATE_BUFFERS,
    FIELD_DROPOUTS,
    FIELD_MEASUREMENTS,
    FIELD_BATCHES,
    FIELD_MEMORY,
    FIELD_AT_PROGRESS,
    FIELD_AT_NUMBERS,
    FIELD_AT_POWERS,
    FIELD_AT_TOTALS,
    FIELD_AT_HISTORY,
    FIELD_AT_STEPS,
    FIELD_AT_VALUES,
    FIELD_AT_GRADIENTS,
    FIELD_AT_STATE,
    FIELD_AT_ORDERS,
    FIELD_AT_ORDER_GENERATOR,
    FIELD_AT_INPUTS,
    FIELD_AT_TARGETS,
    FIELD_AT_LABELS,
    FIELD_AT_DELTA,
    FIELD_AT_OTHER_DELTA,
    FIELDS,
};

/* Then one row a layer; `AT_` is absent (0) where a layer has no such thing. */
enum layer_field {
    LAYER_KIND,
    LAYER_INPUTS,
    LAYER_OUTPUTS,
    LAYER_BIAS,
    LAYER_AT_WEIGHT,
    LAYER_AT_X,
    LAYER_AT_Y,
    LAYER_AT_MASK,
    LAYER_AT_GENERATOR,
    LAYER_DROPOUT,
    LAYER_FIELDS,
};

/* Then one row a data set; the first is the one to train on. */
enum dataset_field { DATASET_SAMPLES, DATASET_AT, DATASET_FIELDS };

enum layer_kind { AFFINE, RELU, TANH, SIGMOID, DROPOUT, LAYER_KINDS };
enum loss_kind { MSE, CROSS_ENTROPY, LOSS_KINDS };
enum reduction_kind { MEAN, BATCHMEAN, SUM, REDUCTION_KINDS };
enum decision_kind { PM1, BINARY, ONEHOT, DECISION_KINDS };
enum optimizer_kind { SGD, RMSPROP, ADAGRAD, ADADELTA, ADAM, OPTIMIZER_KINDS };

/* Rows of the table of numbers, each with one float64 a lane; the rates of the dropout layers follow. */
enum number {
    NUMBER_LR,
    NUMBER_LR_DECAY_EPOCH,
    NUMBER_WEIGHT_DECAY,
    NUMBER_MOMENTUM,
    NUMBER_DAMPENING,
    NUMBER_ALPHA,
    NUMBER_RHO,
    NUMBER_BETA1,
    NUMBER_BETA2,
    NUMBER_EPS,
    NUMBER_LR_DECAY,
    NUMBERS,
};

/* How far a block is. A call of `run` goes on from here. */
enum progress { PROGRESS_DONE, PROGRESS_EPOCH, PROGRESS_TRAINING, PROGRESS_DATASET, PROGRESS_SAMPLE, PROGRESS_MEASURED,
    PROGRESS_STEPS, PROGRESS_STEPS_BEFORE, PROGRESS_FIELDS };

enum status { RUNNING = 0, FINISHED = 1, WRONG_ABI = -1, WRONG_SETTING = -2, WRONG_ALIGNMENT = -3 };

INLINE int64_t *layer_row(int64_t *d, int64_t layer) { return d + FIELDS + layer * LAYER_FIELDS; }

INLINE int64_t *dataset_row(int64_t *d, int64_t dataset)
{
    return d + FIELDS + d[FIELD_LAYERS] * LAYER_FIELDS + dataset * DATASET_FIELDS;
}

/* What lies at an offset of the memory that the descriptor begins. */
INLINE void *at(int64_t *d, int64_t offset) { return (char *)d + offset; }

INLINE double *numbers_of(int64_t *d, int64_t number) { return (double *)at(d, d[FIELD_AT_NUMBERS]) + number * LANES; }

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
