import Testing

@testable import PluginHost

@Suite("A state from another version (HR-7)")
struct StateCompatibilityTests {
    private static func descriptor(_ version: String, _ schemas: ClosedRange<UInt32>) -> PluginDescriptor {
        PluginDescriptor(
            id: "a",
            name: "A",
            version: version,
            description: "",
            author: "",
            type: "tool",
            priority: 50,
            dependencies: [],
            capabilities: [],
            permissions: [],
            stateSchemaMinimum: schemas.lowerBound,
            stateSchemaMaximum: schemas.upperBound,
            isConcurrent: false
        )
    }

    @Test("is offered within the same major version, without declared schemas", arguments: ["1.0.0", "1.9.0-rc.1+x"])
    func sameMajor(version: String) {
        #expect(throws: Never.self) {
            try StateCompatibility.check(schema: 0, savedBy: version, for: Self.descriptor("1.4.0", 0...0))
        }
    }

    @Test("is refused across major versions, without declared schemas", arguments: ["0.9.0", "2.0.0"])
    func otherMajor(version: String) {
        let error = #expect(throws: PluginError.self) {
            try StateCompatibility.check(schema: 0, savedBy: version, for: Self.descriptor("1.4.0", 0...0))
        }
        #expect(error?.code == .stateRefused)
        #expect(error?.message.contains(version) == true)
    }

    @Test("is offered exactly within declared schemas", arguments: [(0, false), (1, true), (3, true), (4, false)])
    func declared(schema: UInt32, isOffered: Bool) {
        let isRefused =
            (try? StateCompatibility.check(schema: schema, savedBy: "9.0.0", for: Self.descriptor("1.0.0", 1...3)))
            == nil
        #expect(isRefused == !isOffered)
    }

    @Test("is refused with the schemas that are read", arguments: [(UInt32(1), "schema 1 to 2,"), (2, "schema 2,")])
    func schemas(low: UInt32, told: String) {
        let error = #expect(throws: PluginError.self) {
            try StateCompatibility.check(schema: 3, savedBy: "1.0.0", for: Self.descriptor("1.0.0", low...2))
        }
        #expect(error?.message.contains("reads states of \(told)") == true)
    }
}
