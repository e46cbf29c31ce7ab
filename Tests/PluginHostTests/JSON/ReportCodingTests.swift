import FoundationEssentials
import PluginHost
import Testing

/// The JSON that users of the command line build on.
@Suite("The JSON of reports and events")
struct ReportCodingTests {
    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONCoding.encode(value), as: UTF8.self)
    }

    @Test("leaves out what an event does not have")
    func writesEvents() throws {
        var event = PluginEvent(.rollbackTriggered, plugin: "counter", generation: 4)
        event.time = Date(timeIntervalSince1970: 1_795_000_000.001)
        event.reason = "the health check failed"
        #expect(
            try text(event) == #"{"event":"rollback-triggered","generation":4,"plugin":"counter","#
                + #""reason":"the health check failed","time":"2026-11-18T11:06:40.001Z"}"#
        )
    }

    @Test("has an event's bytes as base64", arguments: [[], [0, 255, 128], Array("ä".utf8)] as [[UInt8]])
    func writesBytes(bytes: [UInt8]) throws {
        var event = PluginEvent(.custom, plugin: "counter")
        event.time = TimestampText.rounded(event.time)
        event.type = "tick"
        event.data = bytes
        #expect(try text(event).contains("\"data\":\"\(Data(bytes).base64EncodedString())\""))
        #expect(try JSONCoding.decode(PluginEvent.self, from: JSONCoding.encode(event)) == event)
    }

    @Test("keeps every field of every kind of event", arguments: PluginEvent.Kind.allCases)
    func roundTrips(kind: PluginEvent.Kind) throws {
        var event = PluginEvent(kind, plugin: "p", generation: 1, path: "/p")
        event.time = TimestampText.rounded(event.time)
        event.program = "q"
        event.attempt = 2
        event.success = false
        event.durationSeconds = 0.25
        event.holdSeconds = 0.125
        event.phases = [ReloadResult.Phase(name: "load", seconds: 0.0625)]
        event.error = "e"
        event.reason = "r"
        event.old = "o"
        event.new = "n"
        event.type = "t"
        #expect(try JSONCoding.decode(PluginEvent.self, from: JSONCoding.encode(event)) == event)
    }

    @Test("has null for what a status or a result has none of, and reads it again")
    func writesNull() throws {
        let status =
            #"{"attempts":0,"build":"","calls":0,"descriptor":null,"failedCalls":0,"failedReloads":0,"#
            + #""generation":0,"health":null,"heldCalls":0,"id":"a","inFlight":0,"initialiseSeconds":null,"#
            + #""isolation":"in-process","lastError":null,"latency":null,"loadSeconds":null,"memory":null,"#
            + #""name":"A","nextRetry":null,"onProbation":false,"outcomes":null,"path":"/a.so","pendingChange":false,"#
            + #""permissions":null,"quarantine":null,"reloads":0,"restarts":0,"retiredBytes":0,"retiredGenerations":0,"#
            + #""sandbox":null,"state":"running","uptimeSeconds":null,"version":"1"}"#
        #expect(try text(JSONCoding.decode(PluginStatus.self, from: Array(status.utf8))) == status)
        let program =
            #"{"command":["a"],"droppedBytes":0,"id":"a","lastEnd":null,"lastError":null,"name":"A","pid":null,"#
            + #""restarts":0,"state":"stopped","uptimeSeconds":null}"#
        #expect(try text(JSONCoding.decode(ProgramStatus.self, from: Array(program.utf8))) == program)
        let result =
            #"{"attempts":1,"code":null,"durationSeconds":0.5,"error":null,"generation":2,"holdSeconds":0.25,"#
            + #""phases":[{"name":"load","seconds":0.125}],"plugin":"a","state":"stopped","statePreserved":true,"success":true,"#
            + #""unchanged":false,"warnings":null}"#
        #expect(try text(JSONCoding.decode(ReloadResult.self, from: Array(result.utf8))) == result)
    }

    @Test(
        "is refused with the name of the key",
        arguments: [
            (#"{"event":"loaded"}"#, "time is missing"),
            (#"{"event":"loaded","time":"now"}"#, "time: 'now' is no time such as 2026-11-18T11:06:40.001Z"),
            (#"{"event":"loaded","time":"2026-11-18T11:06:40Z","data":"?"}"#, "data: no base64"),
        ]
    )
    func explains(json: String, reason: String) {
        #expect(throws: PluginError(code: .badPayload, message: reason)) {
            try JSONCoding.decode(PluginEvent.self, from: Array(json.utf8))
        }
    }
}
