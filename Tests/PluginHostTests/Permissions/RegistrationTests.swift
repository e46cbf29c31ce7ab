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
                offers: { $0 == "test/1" && permits("test") },
                offered: { permits("test") ? ["test/1"] : [] },
                request: { ServiceAnswer(status: PH_OK, bytes: $0.input) },
                permits: permits
            )
        )
    }

    @Test("has a token of its own, and ends")
    func tokens() throws {
        let (first, second) = (services(), services())
        #expect(first.token != second.token)
        let sent = first.token
        #expect(RegistrationToken(high: sent.high, low: sent.low) == sent)
        #expect(RegistrationToken(high: sent.high ^ 1, low: sent.low) != sent)
        #expect(RegistrationToken(high: sent.high, low: sent.low ^ 1) != sent)
        first.close()
        #expect(!first.permits("log"))
        #expect(first.emit("type", []) == PH_SHUTTING_DOWN)
    }

    @Test("gives an interface that is granted, and none that is not, is unknown, or comes too late")
    func interfaces() {
        let granting = services()
        let table = granting.makeTable()
        func interface(_ table: UnsafePointer<ph_host_v1_t>, _ name: String) -> UnsafeRawPointer? {
            table.pointee.get_interface(table.pointee.context, name)
        }
        #expect(interface(table, "test/1") != nil)
        #expect(interface(table, "test/1") == interface(table, "test/1"))
        #expect(interface(table, "test/2") == nil)
        #expect(interface(table, String(repeating: "x", count: 10_000)) == nil)
        granting.close()
        #expect(interface(table, "test/1") == nil)
        #expect(interface(services { _ in false }.makeTable(), "test/1") == nil)
        #expect(services { _ in false }.emit("type", []) == PH_UNAUTHORISED)
    }

    @Test("leads what is asked of a service there, and nowhere once it has ended")
    func requests() throws {
        let services = services()
        let table = services.makeTable()
        let found = try #require(table.pointee.get_interface(table.pointee.context, "test/1"))
        let service = found.assumingMemoryBound(to: ph_service_v1_t.self)
        #expect(service.pointee.struct_size == UInt32(MemoryLayout<ph_service_v1_t>.size))
        func ask(_ input: [UInt8], size: UInt64? = nil) -> (status: Int32, text: String) {
            var answer = AnswerBuffer()
            var complaint = AnswerBuffer()
            let status = answer.withSink { answer in
                complaint.withSink { complaint in
                    service.pointee.request(
                        service.pointee.context,
                        "echo",
                        4,
                        input,
                        size ?? UInt64(input.count),
                        0,
                        answer,
                        complaint
                    )
                }
            }
            return (status, status == PH_OK ? answer.text : complaint.text)
        }
        #expect(ask(Array("hello".utf8)) == (PH_OK, "hello"))
        // Nothing of what is too large is looked at.
        let tooLarge = ask([], size: UInt64(ServiceCall.limit) + 1)
        #expect(tooLarge.status == PH_BAD_PAYLOAD)
        #expect(tooLarge.text.contains("16777216 at most"))
        services.close()
        let late = ask(Array("hello".utf8))
        #expect(late.status == PH_SHUTTING_DOWN)
        #expect(late.text == "test/1: the plugin's registration has ended")
    }
}
