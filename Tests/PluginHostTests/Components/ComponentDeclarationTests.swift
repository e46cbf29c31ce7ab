import Testing

@testable import PluginHost

@Suite("The declaration of components (RS-9)")
struct ComponentDeclarationTests {
    @Test("is read with all that it can say, and written as what it says")
    func everything() throws {
        let text = #"""
            {"actions":[{"name":"order_status","description":"Tells.","parameters":{"type":"object","properties":{}},
              "requires":["a key"],"activation":{"mode":"random","probability":0.5},"parallel":true,"deadline":"10s"}],
             "handlers":[{"name":"audit","topics":["order.*","#"],"priority":60,"deadline":"250ms","queue":5,
              "overflow":"block"}],
             "hooks":[{"name":"shorten","stage":"message.send","priority":-1,"deadline":"2s"}],
             "gateways":[{"name":"lines","platform":"socket","account":"a","scope":"s","protocol":"p","receives":true,
              "sends":false}],
             "tasks":[{"name":"tidy","every":"1m"},{"name":"report","cron":"0 6 * * 1-5","timeZone":"Europe/Berlin",
              "missed":"catch-up","deadline":"5m","startsAutomatically":false}],
             "methods":["increment","get value"]}
            """#
        let declaration = try ComponentDeclaration(reading: Array(text.utf8))
        let action = try #require(declaration.actions.first)
        #expect(action.activation == .random(probability: 0.5))
        #expect(action.isParallel && action.deadline == .seconds(10) && action.requires == ["a key"])
        let handler = try #require(declaration.handlers.first)
        #expect(handler.topics == ["order.*", "#"] && handler.overflow == .block && handler.queue == 5)
        #expect(declaration.hooks.first?.priority == -1)
        #expect(declaration.gateways.first?.protocolName == "p" && declaration.gateways.first?.sends == false)
        #expect(declaration.tasks.first?.schedule == .every(.seconds(60)))
        #expect(declaration.tasks.last?.schedule == .cron("0 6 * * 1-5", timeZone: "Europe/Berlin"))
        #expect(declaration.tasks.last?.missed == .catchUp && declaration.tasks.last?.startsAutomatically == false)
        #expect(declaration.methods == ["increment", "get value"])
        let again = try ComponentDeclaration(reading: JSONCoding.encode(declaration.json))
        #expect(again == declaration)
    }

    @Test("has defaults for all that need not be said, and is empty without a list")
    func defaults() throws {
        #expect(try ComponentDeclaration(reading: Array("{}".utf8)).isEmpty)
        let text =
            #"{"actions":[{"name":"a"}],"handlers":[{"name":"h","topics":["t"]}],"hooks":[{"name":"k","stage":"s"}]}"#
        let declaration = try ComponentDeclaration(reading: Array(text.utf8))
        #expect(declaration.actions.first?.parameters == ActionDeclaration.noParameters)
        #expect(declaration.actions.first?.activation == .always)
        #expect(declaration.handlers.first?.queue == 1000)
        #expect(declaration.hooks.first?.deadline == .seconds(1))
    }

    @Test(
        "is refused with the component and the key named",
        arguments: [
            ("", "no JSON"), ("[]", "no object"),
            (#"{"action":[]}"#, "'action' is no key of it; did you mean 'actions'?"),
            (#"{"actions":{}}"#, "'actions' has to be a list"), (#"{"actions":[1]}"#, "actions[0]: it is no object"),
            (#"{"actions":[{}]}"#, "actions[0]: 'name' is missing"),
            (#"{"actions":[{"name":"a.b"}]}"#, "actions[0] 'a.b': 'name' has to be"),
            (#"{"actions":[{"name":""}]}"#, "'name' has to be"), (#"{"actions":[{"name":"-a"}]}"#, "'name' has to be"),
            (#"{"actions":[{"name":7}]}"#, "'name' has to be a text"),
            (#"{"actions":[{"name":"a"},{"name":"a"}]}"#, "actions[1]: the name 'a' is there twice"),
            (#"{"actions":[{"name":"a","paralel":true}]}"#, "'paralel' is no key of it; did you mean 'parallel'?"),
            (#"{"actions":[{"name":"a","parallel":1}]}"#, "'parallel' has to be true or false"),
            (#"{"actions":[{"name":"a","parameters":[]}]}"#, "'parameters' has to be a JSON schema of an object"),
            (#"{"actions":[{"name":"a","parameters":{"type":"array"}}]}"#, "'parameters' has to be"),
            (#"{"actions":[{"name":"a","deadline":"soon"}]}"#, "'deadline' has to be a time"),
            (#"{"actions":[{"name":"a","deadline":"0s"}]}"#, "'deadline' has to be a time"),
            (#"{"actions":[{"name":"a","activation":{"mode":"often"}}]}"#, "activation: 'mode' is one of always"),
            (
                #"{"actions":[{"name":"a","activation":{"mode":"random","probability":1.5}}]}"#,
                "'probability' has to be"
            ),
            (#"{"actions":[{"name":"a","activation":{"mode":"always","keywords":["x"]}}]}"#, "is for the mode keyword"),
            (#"{"actions":[{"name":"a","activation":{"mode":"keyword","keywords":[]}}]}"#, "'keywords' is empty"),
            (#"{"handlers":[{"name":"h"}]}"#, "'topics' is missing"),
            (#"{"handlers":[{"name":"h","topics":[]}]}"#, "'topics' is empty"),
            (#"{"handlers":[{"name":"h","topics":["a..b"]}]}"#, "'a..b', which is no topic"),
            (##"{"handlers":[{"name":"h","topics":["#.a"]}]}"##, "'#.a', which is no topic"),
            (#"{"handlers":[{"name":"h","topics":["t"],"queue":0}]}"#, "'queue' has to be 1 to 1000000, not 0"),
            (#"{"handlers":[{"name":"h","topics":["t"],"overflow":"burst"}]}"#, "'overflow' is one of drop-oldest"),
            (#"{"hooks":[{"name":"k"}]}"#, "hooks[0] 'k': 'stage' is missing"),
            (#"{"hooks":[{"name":"k","stage":"s","priority":1.5}]}"#, "'priority' has to be a whole number"),
            (
                #"{"gateways":[{"name":"g","platform":"p","receives":false,"sends":false}]}"#,
                "neither receives nor sends"
            ),
            (#"{"tasks":[{"name":"t"}]}"#, "one of 'every' and 'cron'"),
            (#"{"tasks":[{"name":"t","every":"1s","cron":"* * * * *"}]}"#, "one of 'every' and 'cron'"),
            (#"{"tasks":[{"name":"t","every":"1s","timeZone":"UTC"}]}"#, "'timeZone' is for 'cron'"),
            (#"{"tasks":[{"name":"t","every":"1s","missed":"all"}]}"#, "'missed' is one of skip, once, catch-up"),
        ]
    )
    func refusals(text: String, reason: String) {
        let error = #expect(throws: PluginError.self) { try ComponentDeclaration(reading: Array(text.utf8)) }
        #expect(error?.code == .badDescriptor)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }
}
