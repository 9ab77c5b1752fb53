/* C = I + A B, the one kernel behind an affine layer's forward, dX and dW. Each element is a vector of lanes.
 *
 * C is computed in tiles that stay in registers. An element is its initial value plus its products in the order of the inner
 * index, whatever the tile, so the bits depend neither on the size of the tile nor on the width of the vectors.
 */
#if VECTOR_BYTES == 64 || defined(__aarch64__)
#define TILE_ROWS 5
#define TILE_COLUMNS 4
#else
#define TILE_ROWS 5
#define TILE_COLUMNS 2
#endif

/* Element (i, j) of a matrix lies `down` i + `right` j vectors behind `at`. */
typedef struct {
    vec *at;
    int64_t down, right;
} matrix;

INLINE matrix submatrix(matrix m, int64_t row, int64_t column)
{
    return (matrix){m.at + row * m.down + column * m.right, m.down, m.right};
}

INLINE matrix transposed(matrix m) { return (matrix){m.at, m.right, m.down}; }

INLINE void compute_tile(int rows, int columns, int64_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    vec sum[TILE_ROWS][TILE_COLUMNS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            sum[i][j] = initial.at[i * initial.down + j * initial.right];
    for (int64_t k = 0; k < depth; k++) {
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

/* The compiler makes a loop-free kernel for every size of tile, since the sizes are constants in each case. */
FUNCTION void compute_any_tile(int rows, int columns, int64_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    switch (rows * 16 + columns) {
#define TILE(ROWS, COLUMNS) \
    case ROWS * 16 + COLUMNS: \
        compute_tile(ROWS, COLUMNS, depth, initial, a, b, c); \
        break;
#define TILES_OF(COLUMNS) TILE(1, COLUMNS) TILE(2, COLUMNS) TILE(3, COLUMNS) TILE(4, COLUMNS) TILE(5, COLUMNS)
        TILES_OF(1)
        TILES_OF(2)
#if TILE_COLUMNS > 2
        TILES_OF(3)
        TILES_OF(4)
#endif
    }
}

/* C (rows, columns) = I + A (rows, depth) B (depth, columns). C may be I, but neither A nor B. */
FUNCTION void multiply(int64_t rows, int64_t columns, int64_t depth, matrix initial, matrix a, matrix b, matrix c)
{
    for (int64_t j = 0; j < columns; j += TILE_COLUMNS)
        for (int64_t i = 0; i < rows; i += TILE_ROWS) {
            int height = (int)(rows - i < TILE_ROWS ? rows - i : TILE_ROWS);
            int width = (int)(columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS);
            compute_any_tile(height, width, depth, submatrix(initial, i, j), submatrix(a, i, 0), submatrix(b, 0, j),
                             submatrix(c, i, j));
        }
}
