import CPluginABI
import Testing

@testable import PluginLoading

@Suite("The registration of a plugin with its host (RS-13)")
struct RegistrationTests {
    private func services(permits: @escaping @Sendable (String) -> Bool = { _ in true }) -> HostServices {
        HostServices(
            hostID: "host",
            outlets: HostServices.Outlets(
                log: { _, _ in },
                emit: { _, _ in permits("events.emit") ? PH_OK : PH_UNAUTHORISED },
                configuration: { [] },
                interface: { $0 == "test/1" && permits("test") ? 0x1000 : nil },
                permits: permits
            )
        )
    }

    @Test("has a token of its own, which ends with it")
    func tokens() throws {
        let (first, second) = (services(), services())
        #expect(first.token != second.token)
        #expect(first.accepts(first.token))
        #expect(!first.accepts(second.token))
        first.close()
        #expect(!first.accepts(first.token))
        #expect(!first.permits("log"))
        #expect(first.emit("type", []) == PH_SHUTTING_DOWN)
    }

    @Test(
        "has a token that is a text on its way, and nothing else is one",
        arguments: [
            "", "1", String(repeating: "0", count: 31) + "A", "+" + String(repeating: "0", count: 31),
            String(repeating: "0", count: 33), String(repeating: "é", count: 16),
        ]
    )
    func texts(other: String) throws {
        let token = RegistrationToken()
        #expect(token.description.utf8.count == 32)
        #expect(RegistrationToken(token.description) == token)
        #expect(RegistrationToken(other) == nil)
    }

    @Test("gives an interface that is granted, and none that is not, is unknown, or comes too late")
    func interfaces() {
        let granting = services()
        let table = granting.makeTable()
        func interface(_ table: UnsafePointer<ph_host_v1_t>, _ name: String) -> UInt {
            UInt(bitPattern: table.pointee.get_interface(table.pointee.context, name))
        }
        #expect(interface(table, "test/1") == 0x1000)
        #expect(interface(table, "test/2") == 0)
        #expect(interface(table, String(repeating: "x", count: 10_000)) == 0)
        granting.close()
        #expect(interface(table, "test/1") == 0)
        #expect(interface(services { _ in false }.makeTable(), "test/1") == 0)
        #expect(services { _ in false }.emit("type", []) == PH_UNAUTHORISED)
    }
}
