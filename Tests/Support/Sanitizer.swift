internal import Glibc

/// What tests have to know of a sanitizer that they run under: some of what they look at is then the sanitizer's.
package enum Sanitizer {
    /// Whether it is the one for threads.
    package static let isThread = has("__tsan_init")
    /// Whether there is any.
    package static let isThere = isThread || has("__asan_init")
    /// How many times as much memory a process may take under one.
    package static let appetite = isThere ? 10 : 1
    /// How many times as long a step that is in order may take under one.
    package static let patience = isThere ? 5 : 1

    /// The variables of a process that crashes because a test wants it: a sanitizer leaves that alone.
    package static let crashing = Dictionary(
        uniqueKeysWithValues: ["ASAN_OPTIONS", "TSAN_OPTIONS"].map { name in
            let present = getenv(name).map { String(cString: $0) + ":" } ?? ""
            return (name, present + "handle_segv=0:handle_sigbus=0:handle_abort=0")
        }
    )

    private static func has(_ symbol: String) -> Bool { dlsym(nil, symbol) != nil }
}
