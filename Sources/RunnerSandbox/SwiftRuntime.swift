internal import Glibc
internal import LinuxSystem

/// Where the Swift runtime of this process lies.
package struct SwiftRuntime: Hashable, Sendable {
    /// The directory of its libraries.
    package let libraries: String
    /// The program that the runtime starts in a crash to write the backtrace; `nil` if the installation has none.
    package let backtracer: String?

    /// Looks for it; the result is `nil` if the runtime is part of the program itself.
    package static func find() -> SwiftRuntime? { own }

    // It is mapped, and stays where it is.
    private static let own = look()

    private static func look() -> SwiftRuntime? {
        guard let library = SystemPlaces.library(with: "swift_retain"), library.contains(".so") else { return nil }
        let libraries = String(library[..<(library.lastIndex(of: "/") ?? library.startIndex)])
        // …/usr/lib/swift/linux/libswiftCore.so and …/usr/libexec/swift/linux/swift-backtrace
        let root = library.split(separator: "/").dropLast(4).joined(separator: "/")
        let backtracer = "/\(root)/libexec/swift/linux/swift-backtrace"
        let isThere = (try? FileStatus.of(backtracer))??.kind == .regular
        return SwiftRuntime(libraries: libraries, backtracer: isThere ? backtracer : nil)
    }

    /// The value of SWIFT_BACKTRACE with which the runtime of a child writes a backtrace to its standard error.
    ///
    /// Without a backtracer it is switched off, or the runtime would complain at each crash.
    package static func settings(of runtime: SwiftRuntime?) -> String {
        guard let backtracer = runtime?.backtracer else { return "enable=no" }
        return "enable=yes,interactive=no,color=no,output-to=stderr,swift-backtrace=\(backtracer)"
    }
}
