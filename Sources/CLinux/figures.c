#define _GNU_SOURCE
#include "CLinuxFigures.h"

#include <malloc.h>
#include <sys/timex.h>

uint64_t clinux_heap_in_use(void) {
    struct mallinfo2 figures = mallinfo2();
    return (uint64_t)figures.uordblks + (uint64_t)figures.hblkhd;
}

int clinux_clock_is_synchronised(void) {
    // With no mode it changes nothing, and needs no right.
    struct timex state = {.modes = 0};
    int result = adjtimex(&state);
    if (result < 0) return -1;
    return result == TIME_ERROR || (state.status & STA_UNSYNC) != 0 ? 0 : 1;
}
