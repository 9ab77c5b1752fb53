/* Activations, element by element; each derivative is taken from the output y. */

/* y = max(x, 0); NaN stays NaN. */
FUNCTION void relu_forward(const vec *x, vec *y, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        y[k] = select(x[k] < (real)0, (vec){0}, x[k]);
}

/* dx = dy where y > 0, and 0 elsewhere. As in torch's threshold_backward, NaN lets dy through. */
FUNCTION void relu_backward(const vec *y, vec *dy, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        dy[k] = select(y[k] <= (real)0, (vec){0}, dy[k]);
}

/* y = tanh x. */
FUNCTION void tanh_forward(const vec *x, vec *y, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        y[k] = tangent_hyperbolic(x[k]);
}

/* dx = dy (1 - y^2). */
FUNCTION void tanh_backward(const vec *y, vec *dy, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        dy[k] *= (real)1 - y[k] * y[k];
}

/* y = 1 / (1 + e^-x). */
FUNCTION void sigmoid_forward(const vec *x, vec *y, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        y[k] = logistic(x[k]);
}

/* dx = dy y (1 - y). */
FUNCTION void sigmoid_backward(const vec *y, vec *dy, int64_t count)
{
    for (int64_t k = 0; k < count; k++)
        dy[k] *= y[k] * ((real)1 - y[k]);
}
