#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios mode_before;
static char farewell[128];
static size_t farewell_length;
static int input_descriptor, output_descriptor;
/// Whether there is something to put back.
static atomic_int is_open = 0;

static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
enum { fault_count = sizeof faults / sizeof *faults };
static struct sigaction before[fault_count];

void clinux_terminal_leave(void) {
    if (!atomic_exchange(&is_open, 0)) return;
    // Both calls may be made in a signal handler. Who can't be told any more needs no farewell.
    ssize_t written = write(output_descriptor, farewell, farewell_length);
    (void)written;
    (void)tcsetattr(input_descriptor, TCSANOW, &mode_before);
}

static void crash(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    clinux_terminal_leave();
    for (size_t i = 0; i < fault_count; i++)
        if (faults[i] == number) (void)sigaction(number, &before[i], NULL);
    // A fault happens again by itself when this returns, for whoever was there before. What was sent does not, and neither
    // does a breakpoint.
    if (info->si_code <= 0 || number == SIGTRAP) (void)raise(number);
    errno = saved;
}

int clinux_terminal_enter(int input, int output, const char *end, int keeps_mode) {
    static int is_guarded = 0;
    struct termios mode;
    if (tcgetattr(input, &mode) != 0) return -1;
    if (keeps_mode) mode_before = mode;
    if (!is_guarded) {
        is_guarded = 1;
        input_descriptor = input;
        output_descriptor = output;
        farewell_length = strnlen(end, sizeof farewell);
        memcpy(farewell, end, farewell_length);
        struct sigaction action = {.sa_sigaction = crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < fault_count; i++)
            if (sigaction(faults[i], &action, &before[i]) != 0) return -1;
    }
    // Each key as it comes and without an echo; the keys that send signals go on to do so.
    mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    mode.c_lflag |= ISIG;
    mode.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR | IGNCR | ISTRIP);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    atomic_store(&is_open, 1);
    if (tcsetattr(input, TCSANOW, &mode) == 0) return 0;
    atomic_store(&is_open, 0);
    return -1;
}

static atomic_int collector = -1;

static void collect(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    // A full pipe holds so many signals that one more says nothing new.
    ssize_t written = write(atomic_load(&collector), &byte, 1);
    (void)written;
    errno = saved;
}

int clinux_collect_terminal_signals(int pipe) {
    static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH, SIGTSTP, SIGCONT};
    atomic_store(&collector, pipe);
    struct sigaction action = {.sa_handler = collect, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], &action, NULL) != 0) return -1;
    return 0;
}

void clinux_end_by_signal(int number) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigemptyset(&action.sa_mask);
    (void)sigaction(number, &action, NULL);
    (void)kill(getpid(), number);
}

int clinux_window_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}
