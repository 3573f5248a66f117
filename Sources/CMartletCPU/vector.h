// Vectors as wide as the variant's registers. Included inside the variant's target pragma; VECTOR_WIDTH is its floats.
//
// `partial` loads and stores touch only the first `count` elements; what they do not load is zero.

typedef float vector __attribute__((vector_size(4 * VECTOR_WIDTH), aligned(4)));
typedef int32_t vector_int __attribute__((vector_size(4 * VECTOR_WIDTH), aligned(4)));

#define INLINE static inline __attribute__((always_inline, unused))

INLINE vector vector_load(const float *from) { return *(const vector *)from; }
INLINE void vector_store(float *to, vector value) { *(vector *)to = value; }
/// A store that passes the caches by, to a whole vector's place.
INLINE void vector_stream(float *to, vector value) {
    typedef float vector_aligned __attribute__((vector_size(4 * VECTOR_WIDTH)));
    __builtin_nontemporal_store((vector_aligned)value, (vector_aligned *)to);
}
/// Such stores are behind all others until this; to be called before another thread may look.
INLINE void vector_stream_end(void) {
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}
INLINE vector vector_all(float value) { return value - (vector){0}; }
INLINE vector vector_fma(vector a, vector b, vector c) { return __builtin_elementwise_fma(a, b, c); }
/// `a` where the mask's bits are set, else `b`.
INLINE vector_int vector_choose(vector_int mask, vector_int a, vector_int b) { return (a & mask) | (b & ~mask); }

#if defined(VARIANT_AVX512)

typedef __mmask16 vector_mask;
INLINE vector_mask vector_first(long count) { return (vector_mask)((1u << count) - 1); }
INLINE bool vector_is_whole(vector_mask mask) { return mask == (vector_mask)-1; }
INLINE vector vector_load_partial(const float *from, vector_mask mask) {
    return (vector)_mm512_maskz_loadu_ps(mask, from);
}
INLINE void vector_store_partial(float *to, vector value, vector_mask mask) {
    _mm512_mask_storeu_ps(to, mask, (__m512)value);
}
INLINE vector_int vector_int_load_partial(const int32_t *from, vector_mask mask) {
    return (vector_int)_mm512_maskz_loadu_epi32(mask, from);
}
INLINE void vector_int_store_partial(int32_t *to, vector_int value, vector_mask mask) {
    _mm512_mask_storeu_epi32(to, mask, (__m512i)value);
}

#elif defined(VARIANT_AVX2)

typedef vector_int vector_mask;
INLINE vector_mask vector_first(long count) {
    return (int32_t)count > (vector_int){0, 1, 2, 3, 4, 5, 6, 7};
}
INLINE bool vector_is_whole(vector_mask mask) { return mask[VECTOR_WIDTH - 1] != 0; }
INLINE vector vector_load_partial(const float *from, vector_mask mask) {
    return (vector)_mm256_maskload_ps(from, (__m256i)mask);
}
INLINE void vector_store_partial(float *to, vector value, vector_mask mask) {
    _mm256_maskstore_ps(to, (__m256i)mask, (__m256)value);
}
INLINE vector_int vector_int_load_partial(const int32_t *from, vector_mask mask) {
    return (vector_int)_mm256_maskload_epi32(from, (__m256i)mask);
}
INLINE void vector_int_store_partial(int32_t *to, vector_int value, vector_mask mask) {
    _mm256_maskstore_epi32(to, (__m256i)mask, (__m256i)value);
}

#else

typedef long vector_mask;
INLINE vector_mask vector_first(long count) { return count; }
INLINE bool vector_is_whole(vector_mask count) { return count == VECTOR_WIDTH; }
INLINE vector vector_load_partial(const float *from, vector_mask count) {
    if (count == VECTOR_WIDTH) return vector_load(from);
    vector value = {0};
    for (long i = 0; i < count; i++) value[i] = from[i];
    return value;
}
INLINE void vector_store_partial(float *to, vector value, vector_mask count) {
    for (long i = 0; i < count; i++) to[i] = value[i];
}
INLINE vector_int vector_int_load_partial(const int32_t *from, vector_mask count) {
    vector_int value = {0};
    for (long i = 0; i < count; i++) value[i] = from[i];
    return value;
}
INLINE void vector_int_store_partial(int32_t *to, vector_int value, vector_mask count) {
    for (long i = 0; i < count; i++) to[i] = value[i];
}

#endif
