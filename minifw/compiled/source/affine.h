/* Y = X W + b. */

typedef struct {
    int64_t kind, inputs, outputs, has_bias;
    vec *weight, *bias, *weight_gradient, *bias_gradient, *x, *y, *mask;
    words *generator;
    double *dropout;
} layer;

INLINE layer find_layer(int64_t *d, int64_t index)
{
    int64_t *row = layer_row(d, index), to_gradient = d[FIELD_AT_GRADIENTS] - d[FIELD_AT_VALUES];
    vec *weight = at(d, row[LAYER_AT_WEIGHT]), *gradient = at(d, row[LAYER_AT_WEIGHT] + to_gradient);
    int64_t weights = row[LAYER_INPUTS] * row[LAYER_OUTPUTS];
    return (layer){
        .kind = row[LAYER_KIND],
        .inputs = row[LAYER_INPUTS],
        .outputs = row[LAYER_OUTPUTS],
        .has_bias = row[LAYER_BIAS],
        .weight = weight,
        .bias = weight + weights,
        .weight_gradient = gradient,
        .bias_gradient = gradient + weights,
        .x = at(d, row[LAYER_AT_X]),
        .y = at(d, row[LAYER_AT_Y]),
        .mask = at(d, row[LAYER_AT_MASK]),
        .generator = at(d, row[LAYER_AT_GENERATOR]),
        .dropout = numbers_of(d, NUMBERS + row[LAYER_DROPOUT]),
    };
}

/* Y (samples, outputs) = b + X (samples, inputs) W (inputs, outputs). */
static void affine_forward(layer l, int64_t samples)
{
    vec zero = {0};
    matrix initial = l.has_bias ? (matrix){l.bias, 0, 1} : (matrix){&zero, 0, 0};
    multiply(samples, l.outputs, l.inputs, initial, (matrix){l.x, l.inputs, 1}, (matrix){l.weight, l.outputs, 1},
             (matrix){l.y, l.outputs, 1});
}

/* dL/dW = X^T dY and dL/db = the sum of dY over the samples, added to what earlier chunks of the batch gave. */
static void affine_gradient(layer l, vec *dy, int64_t samples, int first)
{
    vec zero = {0};
    matrix gradient = {l.weight_gradient, l.outputs, 1}, x = {l.x, l.inputs, 1};
    multiply(l.inputs, l.outputs, samples, first ? (matrix){&zero, 0, 0} : gradient, transposed(x), (matrix){dy, l.outputs, 1},
             gradient);
    for (int64_t j = 0; j < l.has_bias * l.outputs; j++) {
        vec sum = first ? zero : l.bias_gradient[j];
        for (int64_t i = 0; i < samples; i++)
            sum += dy[i * l.outputs + j];
        l.bias_gradient[j] = sum;
    }
}

/* dL/dX = dY W^T. */
static void affine_backward(layer l, vec *dy, vec *dx, int64_t samples)
{
    vec zero = {0};
    multiply(samples, l.inputs, l.outputs, (matrix){&zero, 0, 0}, (matrix){dy, l.outputs, 1},
             transposed((matrix){l.weight, l.outputs, 1}), (matrix){dx, l.inputs, 1});
}
