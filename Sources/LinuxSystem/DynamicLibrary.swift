internal import CLinux
internal import Glibc

/// A shared object that is mapped into this process, for as long as the process lives.
///
/// There is no way to close one: a Swift image hands the runtime pointers into itself that nothing takes back.
package struct DynamicLibrary: Sendable {
    /// What the dynamic linker said.
    package struct Failure: Error, Sendable {
        package let reason: String

        package init(reason: String) {
            self.reason = reason
        }

        /// Whether the linker had no memory or no address space, which is no fault of the file.
        ///
        /// Only its words tell: it sets no error number that can be relied on.
        package var isExhaustion: Bool {
            let signs = [
                "Cannot allocate memory", "out of memory", "failed to map segment",
                "cannot create shared object descriptor",
            ]
            return signs.contains { reason.contains($0) }
        }

        /// What helps, as far as the linker's words tell.
        package var remedy: String {
            if isExhaustion {
                return "give the host more memory (ulimit -v, the limit of its control group), or restart it"
            }
            if let end = reason.firstRange(of: ": cannot open shared object file") {
                return "install \(reason[..<end.lowerBound]), or link it with an rpath (-Wl,-rpath,DIRECTORY)"
            }
            if let start = reason.firstRange(of: "undefined symbol: ") {
                let symbol = reason[start.upperBound...].prefix { $0 != " " && $0 != "," }
                return "link what defines \(symbol) into it"
            }
            return "build it again on this machine"
        }
    }

    private let handle: UInt

    /// Maps a file, which must never have been mapped under this name or inode: the linker gives an old image back.
    package init(opening path: String) throws(Failure) {
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw Failure(reason: unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given")
        }
        self.handle = UInt(bitPattern: handle)
    }

    /// The address of an exported symbol.
    package func symbol(_ name: String) -> UnsafeMutableRawPointer? {
        unsafe dlsym(UnsafeMutableRawPointer(bitPattern: handle), name)
    }

    /// The file and the load address that an address of code belongs to.
    package static func origin(of address: UnsafeRawPointer) -> (path: String, base: UInt)? {
        var path: UnsafePointer<CChar>?
        var base: UnsafeRawPointer?
        guard unsafe clinux_address_info(address, &path, &base) != 0, let path = unsafe path else { return nil }
        return unsafe (String(cString: path), UInt(bitPattern: base))
    }
}
