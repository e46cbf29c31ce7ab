import LinuxSystem
import PluginLoading
import Testing

@testable import PluginHost

@Suite("The chain of plugins that call each other")
struct CallChainTests {
    @Test("refuses a circle, and more than 16 plugins, naming the path")
    func limits() throws {
        let chain = CallChain(plugins: ["a", "b"])
        #expect(try chain.calling("c").plugins == ["a", "b", "c"])
        let circle = #expect(throws: PluginError.self) { try chain.calling("a") }
        #expect(circle?.message.contains("a → b → a") == true)
        let long = CallChain(plugins: (0..<16).map { "p\($0)" })
        let error = #expect(throws: PluginError.self) { try long.calling("q") }
        #expect(error?.message.contains("more than 16 plugins") == true)
    }

    @Test("is that of the present thread while a body runs, and leads nowhere afterwards")
    func scopes() {
        let chain = CallChain(plugins: ["a", "b"])
        #expect(CallChains.present == .empty)
        let number = CallChains.within(chain, deadline: 7) {
            #expect(CallChains.present == chain)
            let inner = CallChain(plugins: ["a", "b", "c"])
            CallChains.within(inner, deadline: 8) { #expect(CallChains.present == inner) }
            #expect(CallChains.present == chain)
            #expect(CallChains.chain(CallScope.chain, of: "b") == chain)
            // Another plugin's number says nothing of this one.
            #expect(CallChains.chain(CallScope.chain, of: "z").plugins == ["z"])
            return CallScope.chain
        }
        #expect(CallChains.present == .empty)
        #expect(CallChains.chain(number) == nil)
        #expect(CallChains.chain(number, of: "b").plugins == ["b"])
        #expect(CallChains.chain(.max, of: "b").plugins == ["b"])
    }
}
