internal import Glibc
internal import LinuxSystem

/// The paths of the system that any program needs.
enum SystemPlaces {
    /// Where the libraries are that an image may need.
    static let libraries: [String] = {
        let usual = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"]
        // A system that has them elsewhere is asked where they are.
        let actual = library(with: "malloc").flatMap { path in
            path.lastIndex(of: "/").map { String(path[..<$0]) }
        }
        let found = actual.map { [$0] } ?? []
        return usual + found.filter { path in !usual.contains { path == $0 || path.hasPrefix($0 + "/") } }
    }()

    /// Time zones, languages, the dynamic linker's own, and how many processors there are.
    static let data = [
        "/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/locale", "/etc/os-release",
        "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
        // The backtracer reads the memory maps of the process that crashed and its own, whose number nobody knows before.
        // Maps, environment, descriptors and memory of processes outside stay closed: Landlock forbids tracing them.
        "/proc", "/sys/devices/system/cpu",
    ]

    static let writableDevices = ["/dev/null"]

    /// How the names of hosts are found, and which certificates are trusted.
    static let network = [
        "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
        "/etc/protocols", "/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/usr/share/ca-certificates",
    ]

    /// The dynamic linker, without which no program can be run.
    static let dynamicLinker = library(with: "__tls_get_addr")

    /// The file with the code of a function of this process.
    static func library(with symbol: String) -> String? {
        guard let address = unsafe dlsym(nil, symbol), let origin = unsafe DynamicLibrary.origin(of: address) else {
            return nil
        }
        return unsafe realpath(origin.path, nil).map { path in
            defer { unsafe free(path) }
            return unsafe String(cString: path)
        }
    }
}
