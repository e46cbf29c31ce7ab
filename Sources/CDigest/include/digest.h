// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 (FIPS 180-4). The toolchain has no digest of its own, and a debug build of one in Swift takes longer for a
// plugin's bytes than loading the plugin.

#ifndef C_DIGEST_H
#define C_DIGEST_H

#include <stdint.h>

/// Writes the SHA-256 of `size` bytes to `digest`, 32 bytes.
void cdigest_sha256(const uint8_t *_Nullable bytes, uint64_t size, uint8_t *_Nonnull digest);

/// A number that differs for most contents that differ, at the speed of memory; it withstands nobody who looks for two that
/// have the same.
uint64_t cdigest_fingerprint(const uint8_t *_Nullable bytes, uint64_t size);

#endif
