/* C = I + A B, the one kernel behind an affine layer's forward, dX and dW. Each element is a vector of lanes.
 *
 * C is computed in tiles that stay in registers. An element is its initial value plus its products in the order of the inner
 * index, whatever the tile, so the bits depend neither on the size of the tile nor on the width of the vectors.
 */
/* What fits the registers: 32 of them with the widest vectors, otherwise 16. */
#if VECTOR_BYTES == 64 || defined(__aarch64__)
#define TILE_ROWS 5
#define TILE_COLUMNS 5
#elif VECTOR_BYTES == 32
#define TILE_ROWS 6
#define TILE_COLUMNS 2
#elif defined(__wasm__)
#define TILE_ROWS 4
#define TILE_COLUMNS 2
#else
#define TILE_ROWS 4
#define TILE_COLUMNS 3
#endif

/* Element (i, j) of a matrix lies `down` i + `right` j vectors behind `at`. */
typedef struct {
    vec *at;
    intptr_t down, right;
} matrix;

INLINE matrix submatrix(matrix m, intptr_t row, intptr_t column)
{
    return (matrix){m.at + row * m.down + column * m.right, m.down, m.right};
}

INLINE matrix transposed(matrix m) { return (matrix){m.at, m.right, m.down}; }

INLINE void compute_tile(int rows, int columns, intptr_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    vec sum[TILE_ROWS][TILE_COLUMNS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            sum[i][j] = initial.at[i * initial.down + j * initial.right];
    for (intptr_t k = 0; k < depth; k++) {
        vec factor[TILE_COLUMNS];
        for (int j = 0; j < columns; j++)
            factor[j] = b.at[k * b.down + j * b.right];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                sum[i][j] += a.at[k * a.right + i * a.down] * factor[j];
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            c.at[i * c.down + j * c.right] = sum[i][j];
}

/* A panel of C, `columns` wide: the whole tiles below one another, then what is left of its rows. The compiler makes a kernel
 * without inner loops for every size of tile, since `columns` and the rows of each case are constants. */
INLINE void compute_panel(int columns, intptr_t rows, intptr_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    intptr_t i = 0;
    for (; i + TILE_ROWS <= rows; i += TILE_ROWS)
        compute_tile(TILE_ROWS, columns, depth, submatrix(initial, i, 0), submatrix(a, i, 0), b, submatrix(c, i, 0));
    initial = submatrix(initial, i, 0), a = submatrix(a, i, 0), c = submatrix(c, i, 0);
    switch (rows - i) {
#define REST(ROWS) \
    case ROWS: compute_tile(ROWS, columns, depth, initial, a, b, c); break;
        REST(1)
        REST(2)
        REST(3)
#if TILE_ROWS > 4
        REST(4)
#endif
#if TILE_ROWS > 5
        REST(5)
#endif
    }
}

/* C (rows, columns) = I + A (rows, depth) B (depth, columns). C may be I, but neither A nor B. */
FUNCTION void multiply(intptr_t rows, intptr_t columns, intptr_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    intptr_t j = 0;
    for (; j + TILE_COLUMNS <= columns; j += TILE_COLUMNS)
        compute_panel(TILE_COLUMNS, rows, depth, submatrix(initial, 0, j), a, submatrix(b, 0, j), submatrix(c, 0, j));
    initial = submatrix(initial, 0, j), b = submatrix(b, 0, j), c = submatrix(c, 0, j);
    switch (columns - j) {
#define LAST_PANEL(COLUMNS) \
    case COLUMNS: compute_panel(COLUMNS, rows, depth, initial, a, b, c); break;
        LAST_PANEL(1)
#if TILE_COLUMNS > 2
        LAST_PANEL(2)
#endif
#if TILE_COLUMNS > 3
        LAST_PANEL(3)
#endif
#if TILE_COLUMNS > 4
        LAST_PANEL(4)
#endif
    }
}
