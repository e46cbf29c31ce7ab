// The programs and libraries that are mapped into this process.

#ifndef C_LINUX_IMAGES_H
#define C_LINUX_IMAGES_H

#include <stdint.h>

/// A part of an image that is mapped: where it begins, how many bytes it has, and PF_X, PF_W and PF_R of <elf.h>.
typedef struct clinux_segment {
    uint64_t start;
    uint64_t size;
    uint32_t flags;
    uint32_t reserved;
} clinux_segment_t;

static const uint32_t CLINUX_PF_W = 2;

/// Tells of the parts of all images that come from files, and returns how many there are; those beyond the capacity are
/// only counted. Wrapped because dl_iterate_phdr needs _GNU_SOURCE.
uint32_t clinux_image_segments(clinux_segment_t *_Nullable segments, uint32_t capacity);

#endif
