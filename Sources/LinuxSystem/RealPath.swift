internal import Glibc

/// Where a path leads to.
package enum RealPath {
    /// The path without symbolic links; `nil` if there is nothing.
    package static func of(_ path: String) -> String? {
        guard let start = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(start) }
        return unsafe String(validatingCString: start)
    }
}
