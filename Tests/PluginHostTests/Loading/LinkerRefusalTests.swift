import LinuxSystem
import PluginLoading
import Testing

@testable import PluginHost

@Suite("What the dynamic linker refuses")
struct LinkerRefusalTests {
    @Test(
        "is told with what helps",
        arguments: [
            ("libdb.so.5: cannot open shared object file: No such file or directory", "install libdb.so.5"),
            ("/copy.so: undefined symbol: db_open", "link what defines db_open into it"),
            ("/lib/libc.so.6: version `GLIBC_2.99' not found (required by /copy.so)", "build it again on this machine"),
            ("/copy.so: cannot allocate memory in static TLS block: Cannot allocate memory", "more memory"),
        ]
    )
    func remedies(reason: String, remedy: String) throws {
        let fault = #expect(throws: PluginFault.self) {
            _ = try MappedImage("/copy.so", of: "/p/liba.so") { _ throws(DynamicLibrary.Failure) in
                throw DynamicLibrary.Failure(reason: reason)
            }
        }
        let message = fault?.message ?? ""
        #expect(message.hasPrefix("/p/liba.so: the dynamic linker refused it: "))
        #expect(message.contains(remedy), "\(message)")
        // The file is named once.
        #expect(message.ranges(of: "/p/liba.so").count == (reason.contains("required by") ? 2 : 1))
    }
}
