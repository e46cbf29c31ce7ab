// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinuxImages.h"

#include <link.h>
#include <stddef.h>
#include <sys/auxv.h>

typedef struct {
    clinux_segment_t *segments;
    uint32_t capacity;
    uint32_t count;
} listing_t;

static int list(struct dl_phdr_info *image, size_t size, void *context) {
    (void)size;
    listing_t *listing = context;
    // The kernel's own image is no file.
    if (image->dlpi_addr != 0 && image->dlpi_addr == getauxval(AT_SYSINFO_EHDR)) return 0;
    for (int i = 0; i < image->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &image->dlpi_phdr[i];
        if (header->p_type != PT_LOAD) continue;
        if (listing->count < listing->capacity) {
            listing->segments[listing->count] = (clinux_segment_t){
                .start = image->dlpi_addr + header->p_vaddr,
                .size = header->p_memsz,
                .flags = header->p_flags,
            };
        }
        listing->count++;
    }
    return 0;
}

uint32_t clinux_image_segments(clinux_segment_t *segments, uint32_t capacity) {
    listing_t listing = {segments, capacity, 0};
    (void)dl_iterate_phdr(list, &listing);
    return listing.count;
}
