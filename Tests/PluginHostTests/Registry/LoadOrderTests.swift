import PluginHost
import Testing

/// HR-12 and LM-1.
@Suite("The order of loading")
struct LoadOrderTests {
    private typealias Item = LoadOrder.Item

    @Test("is by dependencies, then by priority, then by id")
    func orders() {
        let order = LoadOrder([
            Item(id: "late", dependencies: ["low"], priority: 200), Item(id: "low", priority: 0),
            Item(id: "b"), Item(id: "a"), Item(id: "high", priority: 100),
        ])
        #expect(order.order == ["high", "a", "b", "low", "late"])
        #expect(order.reversed == ["late", "low", "b", "a", "high"])
        #expect(order.failures.isEmpty)
        #expect(LoadOrder([]).order.isEmpty)
    }

    @Test("puts a diamond's ends at its ends")
    func ordersDiamond() {
        let order = LoadOrder([
            Item(id: "top", dependencies: ["left", "right", "left@1.0.0"]), Item(id: "left", dependencies: ["base"]),
            Item(id: "right", dependencies: ["base@1.0.0"]), Item(id: "base"),
        ])
        #expect(order.order == ["base", "left", "right", "top"])
    }

    @Test("names who needs what when something is missing, and orders the others")
    func namesMissing() {
        let order = LoadOrder([
            Item(id: "a", dependencies: ["gone@2.0.0"]), Item(id: "b", dependencies: ["a"]), Item(id: "c"),
        ])
        #expect(order.order == ["c"])
        #expect(order.failures["a"]?.code == .dependency)
        #expect(
            order.failures["a"]?.message.contains("plugin 'a' needs plugin 'gone@2.0.0', which is not there") == true
        )
        #expect(
            order.failures["b"]?.message.contains("plugin 'b' needs plugin 'a', which can't be loaded: plugin 'a'")
                == true
        )
        #expect(order.failures.count == 2)
    }

    @Test("names the version that is there when it does not do", arguments: ["2.0.0", "1.0.0", "nonsense"])
    func namesVersion(version: String) {
        let order = LoadOrder([Item(id: "a", dependencies: ["b@1.5.0"]), Item(id: "b", version: version)])
        #expect(order.order == ["b"])
        #expect(order.failures["a"]?.message.contains("needs plugin 'b' 1.5.0") == true)
        #expect(order.failures["a"]?.message.contains("there is version '\(version)'") == true)
    }

    @Test("names a circle, also to those who need somebody in it, and orders the others")
    func namesCycle() {
        let order = LoadOrder([
            Item(id: "a", dependencies: ["c"]), Item(id: "b", dependencies: ["a"]), Item(id: "c", dependencies: ["b"]),
            Item(id: "outside", dependencies: ["b", "fine"]), Item(id: "fine"),
            Item(id: "self", dependencies: ["self"]),
        ])
        #expect(order.order == ["fine"])
        for id in ["a", "b", "c", "outside"] {
            #expect(order.failures[id]?.message.hasSuffix("a → c → b → a") == true)
        }
        #expect(order.failures["self"]?.message.hasSuffix("self → self") == true)
        #expect(order.failures.count == 5)
    }

    @Test("refuses a dependency that can't be read", arguments: ["", "@1.0.0", "b@one"])
    func refusesUnreadable(text: String) {
        let order = LoadOrder([Item(id: "a", dependencies: [text]), Item(id: "b")])
        #expect(order.order == ["b"])
        #expect(order.failures["a"]?.message.contains("'\(text)' that can't be read") == true)
    }

    @Test("is found for a long chain and for many plugins")
    func ordersMany() {
        let chain = (0..<3000).map { Item(id: "\($0)", dependencies: $0 == 0 ? [] : ["\($0 - 1)"]) }
        #expect(LoadOrder(chain.shuffled()).order == chain.map(\.id))
        let broken = [Item(id: "0", dependencies: ["none"])] + chain
        #expect(LoadOrder(broken).order.isEmpty)
        #expect(
            LoadOrder(broken).failures["2999"]?.message.contains("'2998', which can't be loaded: plugin '0'") == true
        )
    }
}
