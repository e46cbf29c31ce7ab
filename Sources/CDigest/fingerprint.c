#include "digest.h"

#include <string.h>

// Odd, so that a word that differs changes what comes of its lane, whatever follows.
static const uint64_t multiplier = 0x9e3779b97f4a7c15;

static inline uint64_t take(uint64_t lane, uint64_t word) { return (lane ^ word) * multiplier; }

uint64_t cdigest_fingerprint(const uint8_t *bytes, uint64_t size) {
    // A multiplication takes four times as long to end as to begin.
    uint64_t one = 1, two = 2, three = 3, four = 4;
    uint64_t taken = 0;
    for (; size - taken >= 32; taken += 32) {
        uint64_t words[4];
        memcpy(words, bytes + taken, 32);
        one = take(one, words[0]), two = take(two, words[1]), three = take(three, words[2]), four = take(four, words[3]);
    }
    for (; taken < size; taken++) one = take(one, bytes[taken]);
    uint64_t all = take(take(take(take(size, one), two ^ (two >> 32)), three ^ (three >> 32)), four ^ (four >> 32));
    return all ^ (all >> 32);
}
