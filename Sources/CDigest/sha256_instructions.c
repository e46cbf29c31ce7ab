#include "sha256_blocks.h"

#if defined(__x86_64__)

#include <immintrin.h>

bool cdigest_has_instructions(void) {
    return __builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1");
}

// Sixteen steps of four rounds. The two halves of the state lie as the instructions want them: a, b, e, f in one register
// and c, d, g, h in the other.
__attribute__((target("sha,sse4.1"))) void cdigest_take_blocks_by_instructions(
    uint32_t state[8], const uint8_t *block, uint64_t count) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i *constants = (const __m128i *)cdigest_round_constants;
    __m128i dcba = _mm_loadu_si128((const __m128i *)state), hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

    for (; count > 0; count--, block += 64) {
        __m128i abef_before = abef, cdgh_before = cdgh, words[4];
#pragma unroll
        for (int step = 0; step < 16; step++) {
            __m128i *word = &words[step & 3];
            if (step < 4) {
                *word = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)block + step), big_endian);
            } else {
                __m128i two_before = words[(step + 2) & 3], one_before = words[(step + 3) & 3];
                __m128i sum = _mm_add_epi32(
                    _mm_sha256msg1_epu32(*word, words[(step + 1) & 3]), _mm_alignr_epi8(one_before, two_before, 4));
                *word = _mm_sha256msg2_epu32(sum, one_before);
            }
            __m128i rounds = _mm_add_epi32(*word, _mm_loadu_si128(constants + step));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, rounds);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(rounds, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }

    __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool cdigest_has_instructions(void) { return false; }

void cdigest_take_blocks_by_instructions(uint32_t state[8], const uint8_t *block, uint64_t count) {
    (void)state, (void)block, (void)count;
    __builtin_trap();
}

#endif
