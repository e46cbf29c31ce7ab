// Figures of this process and of the machine.

#ifndef C_LINUX_FIGURES_H
#define C_LINUX_FIGURES_H

#include <stdint.h>

/// How many bytes of this process' heap are in use, over all arenas. Wrapped because Glibc's module has no <malloc.h>.
uint64_t clinux_heap_in_use(void);

/// Says 1 if something keeps the machine's clock right, 0 if nothing does, -1 if the kernel does not tell. Wrapped because
/// Glibc's module has no <sys/timex.h>.
int clinux_clock_is_synchronised(void);

#endif
