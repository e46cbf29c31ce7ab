import PluginLoading
import Testing

@testable import PluginHost

@Suite("The descriptor of a plugin (PL-4)")
struct PluginDescriptorTests {
    private func refusal(priority: Int32) -> PluginError? {
        var said = FactoryDescription()
        (said.id, said.version, said.priority) = ("counter", "1.0.0", priority)
        do throws(PluginError) {
            try PluginDescriptor.validate(said, of: "a.so")
            return nil
        } catch {
            return error
        }
    }

    @Test("has a priority from 0 to 200, or the host refuses it as 'plugin-host check' does")
    func priority() {
        #expect(refusal(priority: 0) == nil)
        #expect(refusal(priority: 200) == nil)
        for wrong: Int32 in [-1, 201] {
            let error = refusal(priority: wrong)
            #expect(error?.code == .badDescriptor && error?.message.contains("its priority is \(wrong)") == true)
        }
    }
}
