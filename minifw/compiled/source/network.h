/* A network is its layers one after another: forward, and backward in the opposite order. */

static void forward_layer(layer l, int64_t samples, int training)
{
    int64_t count = samples * l.outputs;
    switch (l.kind) {
    case AFFINE: affine_forward(l, samples); break;
    case RELU: relu_forward(l.x, l.y, count); break;
    case TANH: tanh_forward(l.x, l.y, count); break;
    case SIGMOID: sigmoid_forward(l.x, l.y, count); break;
    case DROPOUT: training ? dropout_forward(l, samples) : dropout_evaluate(l, samples); break;
    }
}

/* The outputs (samples, outputs) for the inputs at AT_INPUTS. */
static vec *forward(int64_t *d, int64_t samples, int training)
{
    for (int64_t k = 0; k < d[FIELD_LAYERS]; k++)
        forward_layer(find_layer(d, k), samples, training);
    return find_layer(d, d[FIELD_LAYERS] - 1).y;
}

static void backward_activation(layer l, vec *dy, int64_t samples)
{
    int64_t count = samples * l.outputs;
    switch (l.kind) {
    case RELU: relu_backward(l.y, dy, count); break;
    case TANH: tanh_backward(l.y, dy, count); break;
    case SIGMOID: sigmoid_backward(l.y, dy, count); break;
    case DROPOUT: dropout_backward(l, dy, samples); break;
    }
}

/* Adds dL/dparameter of the samples to the gradients, from dL/doutputs in AT_DELTA. dL/dinputs is not needed. */
static void backward(int64_t *d, int64_t samples, int first)
{
    vec *dy = at(d, d[FIELD_AT_DELTA]), *dx = at(d, d[FIELD_AT_OTHER_DELTA]);
    for (int64_t k = d[FIELD_LAYERS] - 1; k >= 0; k--) {
        layer l = find_layer(d, k);
        if (l.kind != AFFINE) {
            backward_activation(l, dy, samples);
            continue;
        }
        affine_gradient(l, dy, samples, first);
        if (k > 0)
            affine_backward(l, dy, dx, samples);
        vec *swapped = dy;
        dy = dx;
        dx = swapped;
    }
}
