internal import CLinux
internal import Synchronization

/// Sleeping on a word of memory that several processes share, and waking who sleeps on it.
///
/// The kernel compares the word and begins the sleep as one step: who changes the word and then wakes can't fall between
/// the two. Sleeps end early for no reason, too, so each is part of a loop that looks at the word.
///
/// Here, beside what sleeps, so that it becomes part of the way of a call.
enum Futex {
    /// Sleeps while the word has the value, at the longest until a moment in nanoseconds; the highest number is never.
    static func wait(
        _ word: UnsafeMutablePointer<Atomic<UInt32>>,
        whileEqualTo value: UInt32,
        until end: UInt64
    ) {
        // Any reason for it to end, a signal among them, is a reason for the caller to look again. A moment of zero is long
        // past, and stands for no deadline in the call.
        _ = unsafe clinux_futex_wait(word, value, end == .max ? 0 : max(1, end))
    }

    /// Wakes one thread that sleeps on the word.
    static func wakeOne(_ word: UnsafeMutablePointer<Atomic<UInt32>>) {
        unsafe clinux_futex_wake(word, 1)
    }

    /// Wakes all threads that sleep on the word.
    static func wakeAll(_ word: UnsafeMutablePointer<Atomic<UInt32>>) {
        unsafe clinux_futex_wake(word, .max)
    }
}
