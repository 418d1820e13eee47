/**
 * C++ of the published sparse kernels, written anew from their description (SparsePixels 0.2.1, arXiv:2512.06208), with none of
 * Pipewright's own code: what projects that call them can be compiled with.
 */
export const SPARSE_KERNELS = `
#ifndef SPARSE_KERNELS_H_
#define SPARSE_KERNELS_H_

// The first N pixels whose channel 0 is above the threshold, in raster order; places count from 1. Slots that stay empty stand
// at the first pixel and have its further channels.
template <class T, class hash_T, int H, int W, int C, int N>
void sparse_input_reduce(T x[H * W * C], T threshold, T features[N * C], hash_T places[N * 2]) {
  int pixel = 0;
  for (int slot = 0; slot < N; slot++) {
    while (pixel < H * W && !(x[pixel * C] > threshold)) pixel++;
    const bool found = pixel < H * W;
    const int from = found ? pixel++ : 0;
    for (int c = 0; c < C; c++) features[slot * C + c] = x[from * C + c];
    if (!found) features[slot * C] = 0;
    places[slot * 2] = from / W + 1;
    places[slot * 2 + 1] = from % W + 1;
  }
}

// Every term and every sum is assigned to the type of the output. The bias counts where the sum is not 0.
template <class in_T, class out_T, class hash_T, class w_T, class b_T, int N, int C, int F, int K>
void sparse_conv(in_T x[N * C], out_T y[N * F], hash_T places[N * 2], w_T w[K * K * F * C], b_T b[F]) {
  const int reach = (K - 1) / 2;
  for (int slot = 0; slot < N; slot++) {
    bool active = false;
    for (int c = 0; c < C; c++) active = active || x[slot * C + c] != 0;
    for (int f = 0; f < F; f++) {
      out_T sum = 0;
      for (int other = 0; other < N; other++) {
        const int row = int(places[other * 2]) - int(places[slot * 2]) + reach;
        const int column = int(places[other * 2 + 1]) - int(places[slot * 2 + 1]) + reach;
        if (row < 0 || row >= K || column < 0 || column >= K) continue;
        out_T part = 0;
        for (int c = 0; c < C; c++) part += w[((row * K + column) * F + f) * C + c] * x[other * C + c];
        sum += part;
      }
      if (sum != 0) sum += b[f];
      y[slot * F + f] = active ? sum : out_T(0);
    }
  }
}

template <class in_T, class out_T, int N, int C> void sparse_relu(in_T x[N * C], out_T y[N * C]) {
  for (int i = 0; i < N * C; i++) y[i] = x[i] > 0 ? out_T(x[i]) : out_T(0);
}

// The first slot in a cell takes the sum, the others 0; the sum is multiplied twice by 1 / P in ten fraction bits.
template <class in_T, class out_T, class hash_T, int N, int C, int P>
void sparse_pooling_avg(in_T x[N * C], out_T y[N * C], hash_T places[N * 2], hash_T pooled[N * 2]) {
  static const double shares[11] = {0, 0, 0.5, 0.33333, 0.25, 0.2, 0.16667, 0.14286, 0.125, 0.11111, 0.1};
  const ap_fixed<10, 0> share = P <= 10 ? shares[P] : 0;
  in_T left[N * C];
  for (int i = 0; i < N * C; i++) left[i] = x[i];
  for (int i = 0; i < N * 2; i++) pooled[i] = (int(places[i]) - 1) / P + 1;
  for (int slot = 0; slot < N; slot++) {
    for (int c = 0; c < C; c++) {
      out_T sum = 0;
      for (int other = 0; other < N; other++) {
        if (pooled[other * 2] != pooled[slot * 2] || pooled[other * 2 + 1] != pooled[slot * 2 + 1]) continue;
        sum += left[other * C + c];
        left[other * C + c] = 0;
      }
      y[slot * C + c] = sum * share * share;
    }
  }
}

template <class T, class hash_T, int H, int W, int C, int N>
void sparse_flatten(T x[N * C], hash_T places[N * 2], T flat[H * W * C]) {
  for (int i = 0; i < H * W * C; i++) flat[i] = 0;
  for (int slot = 0; slot < N; slot++)
    for (int c = 0; c < C; c++)
      if (x[slot * C + c] != 0)
        flat[((int(places[slot * 2]) - 1) * W + int(places[slot * 2 + 1]) - 1) * C + c] = x[slot * C + c];
}
#endif
`;
