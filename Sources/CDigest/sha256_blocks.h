// The inner part of SHA-256: takes whole blocks of 64 bytes into the state.

#ifndef C_DIGEST_SHA256_BLOCKS_H
#define C_DIGEST_SHA256_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

extern const uint32_t cdigest_round_constants[64];

/// Whether this processor has instructions for SHA-256.
bool cdigest_has_instructions(void);

/// Takes the blocks with those instructions; only where there are such.
void cdigest_take_blocks_by_instructions(uint32_t state[8], const uint8_t *block, uint64_t count);

#endif
